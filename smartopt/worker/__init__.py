"""What runs in child processes: requests and replies, the pool that sends them, and the services that answer."""
