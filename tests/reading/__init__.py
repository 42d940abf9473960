"""Tests of reading a run back."""
