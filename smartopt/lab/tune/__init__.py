"""Finding pass lists: a search over real functions, minimised and broadcast, and the ranked coreset made of it."""
