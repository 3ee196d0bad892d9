"""What can be built from nothing but the interface of a store."""
