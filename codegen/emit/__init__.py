"""Emit: the catalogue becomes files. Everything is rendered in memory; nothing here writes."""

from __future__ import annotations

from codegen.emit.package import GENERATOR_VERSION, render_all

__all__ = ["GENERATOR_VERSION", "render_all"]
