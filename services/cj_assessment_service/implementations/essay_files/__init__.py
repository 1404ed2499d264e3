"""Essays, anchors and texts out of the files people keep them in."""
