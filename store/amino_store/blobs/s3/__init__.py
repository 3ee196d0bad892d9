"""Blobs in a service that speaks the protocol of Amazon S3. Needs the packages of the extra `s3`."""
