"""What the project promises about its own speed and safety, measured. Run with `pdm run bench`."""

import os

# as in the console command, and before numpy is loaded: a fit works on small matrices, where more threads only wait
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
