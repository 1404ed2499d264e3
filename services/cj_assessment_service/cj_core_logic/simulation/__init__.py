"""Whole batches on a known truth, with the real planner, fit and stopping rules; no database and no texts."""
