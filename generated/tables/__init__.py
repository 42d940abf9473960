# Generated from contracts/ by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Generated tables, one module for each segment."""
