"""The store of a cluster: etcd, spoken to over gRPC with messages of our own."""
