"""Evaluation: choosers of pass lists are measured on functions that they have not seen."""
