"""Baselines: each one readable file with its settings on top. They never import each other."""
