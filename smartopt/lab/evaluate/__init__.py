"""The evaluation ground: choosers of pass lists, measured on functions that they have not seen."""
