"""`cj admin`: looks after a service over its HTTP API."""
