"""What stays between runs: the cache, the statistics, private folders, and files written whole or not at all."""
