"""Frozen values that check themselves. No input or output happens here."""
