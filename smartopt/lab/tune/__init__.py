"""Finds pass lists: searches them on real functions, minimises the winners, and chooses the ranked coreset."""
