"""The reports of a build as one page for people."""
