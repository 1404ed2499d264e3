"""One adapter per protocol of judges; each is opened through an `open_judge(spec)`."""
