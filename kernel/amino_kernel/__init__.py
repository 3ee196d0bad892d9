"""The kernel: one server on each host."""
