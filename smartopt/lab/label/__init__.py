"""Labels: what every list of the coreset does to every function of the corpus."""
