"""Brings questions to judges that work inside this process, within every limit that money, time and providers set."""
