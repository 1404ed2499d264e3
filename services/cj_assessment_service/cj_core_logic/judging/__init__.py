"""What a judge is shown and how its answer is read."""
