"""Segment 5B, arrival realisation: one module per state, each its law and its validators (spec/segment-5B.md)."""
