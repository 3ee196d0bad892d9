"""Random schedules of faults for the replicated log between kernels. See README.md."""
