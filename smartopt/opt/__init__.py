"""The command ``smartopt``, which replaces ``opt -Oz``."""
