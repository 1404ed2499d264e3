"""A PostgreSQL server of our own: started by the first process that needs it, stopped by the last."""
