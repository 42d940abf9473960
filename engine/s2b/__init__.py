"""Segment 2B, the routing plan: one module per state, each that state's law and its validators (spec/segment-2B.md)."""
