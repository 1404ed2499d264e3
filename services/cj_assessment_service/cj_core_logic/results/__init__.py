"""What a finished batch has to say: events, result rows, quality and what needs a human look. Pure."""
