"""The story of a batch. A file here is one workflow step; every sub-package is pure."""
