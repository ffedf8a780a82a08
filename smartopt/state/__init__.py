"""What outlives a run: decisions and predictions, statistics, and the files that a run reads and writes."""
