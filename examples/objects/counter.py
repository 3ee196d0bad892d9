"""A counter in Python."""

import amino


class Counter:
    """Counts."""

    def __init__(self, start=0):
        self.count = start

    def incr(self, n):
        """Adds n and gives the new count."""
        self.count += n
        return self.count

    @amino.read_only
    def get(self):
        """The count."""
        return self.count

    def add_to(self, other, n):
        """Adds n to another counter, in whatever language, and gives its new count."""
        return other.incr(n)
