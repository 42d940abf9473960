# Generated from contracts/ by `closedworld codegen`; do not edit: change the contract and regenerate.
# ruff: noqa: E501
"""Generated validators, one module for each segment."""
