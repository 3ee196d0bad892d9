"""One gRPC stream on one HTTP/2 connection, as a client."""

from amino_wire.http2.stream import ClientStream, End

__all__ = ["ClientStream", "End"]
