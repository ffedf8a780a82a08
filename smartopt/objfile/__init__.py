"""Reads object files and programs: sizes by section and function, symbols, build ids, needed libraries."""
