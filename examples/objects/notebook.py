"""A notebook in Python."""

import amino


class Notebook:
    """Keeps texts by key; lets another object count the writes."""

    def __init__(self):
        self.entries = {}
        self.counter = None

    def count_with(self, other):
        """Lets another object count the writes from now on."""
        self.counter = other

    def write(self, key, text):
        """Keeps a text and gives the number of writes so far, or 0 when nobody counts."""
        self.entries[key] = text
        return 0 if self.counter is None else self.counter.incr(1)

    @amino.read_only
    def read(self, key):
        """The text of a key."""
        return self.entries[key]

    @amino.read_only
    def size(self):
        """The number of keys."""
        return len(self.entries)
