"""The store: keys and values with revisions, transactions, leases and watches; and blobs."""
