"""``smartopt``: the command that stands in for ``opt -Oz``."""
