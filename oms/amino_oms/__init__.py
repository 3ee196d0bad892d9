"""The object management service: names, objects, artifacts, kernels and coordinators (Amino paper III.A; Sapphire's OTS, section 5)."""
