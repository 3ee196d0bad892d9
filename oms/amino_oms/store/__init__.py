"""Keys, values, leases, watches and artifact bytes of the object management service."""
