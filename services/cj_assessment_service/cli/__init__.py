"""The command `cj`."""
