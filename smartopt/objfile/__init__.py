"""Reads object files: sizes by section and function, symbols, notes, needed libraries."""
