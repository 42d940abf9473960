"""What generated code stands on: small, hand-written, imported by generated modules and the engine."""
