"""Chooses which essays are compared next, and in which order each two are shown. Pure."""
