"""Whether a judge deserves trust: what it is asked, what its answers show, and the verdict. Pure."""
