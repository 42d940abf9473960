# Generated from contracts/ by `closedworld codegen`; do not edit: change the contract and regenerate.
# ruff: noqa: E501
"""Generated paths, one module for each segment."""
