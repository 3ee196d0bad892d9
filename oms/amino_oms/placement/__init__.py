"""Which kernel gets an object."""
