"""One adapter per judge; each module opens its own through `open_judge(argument)`."""
