"""Which kernels there are, and which of them live."""
