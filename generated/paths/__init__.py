# Generated from contracts/ by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Generated paths, one module for each segment."""
