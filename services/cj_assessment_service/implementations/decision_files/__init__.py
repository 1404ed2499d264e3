"""Files of decisions: which columns mean what, and what each row says."""
