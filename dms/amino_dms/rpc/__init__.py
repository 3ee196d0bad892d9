"""The rpc family; see README.md."""
