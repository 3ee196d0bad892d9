"""gRPC in a process of its own."""
