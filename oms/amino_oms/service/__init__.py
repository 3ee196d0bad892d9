"""The gRPC face of the object management service."""
