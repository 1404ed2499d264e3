"""Who a text is by and speaks of, and how that is hidden and shown again."""
