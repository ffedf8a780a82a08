"""The evaluation inputs: choosers of pass lists, measured on functions that they have not seen."""
