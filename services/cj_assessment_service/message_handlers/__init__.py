"""Bytes to values, one handler for each kind of message."""
