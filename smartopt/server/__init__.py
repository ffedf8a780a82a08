"""A process that stays and forks a worker for each connection; it knows nothing of compiling."""
