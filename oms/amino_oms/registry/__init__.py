"""Object records, their names and indexes, lists and watches of them."""
