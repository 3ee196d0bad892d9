"""The replicated log between kernels: a pure protocol under epochs that the OMS decides. See README.md."""
