class Counter:
    __read_only__ = ["get"]

    def __init__(self, start=0):
        self.value = start

    def incr(self, n, padding=None):
        self.value += n
        return self.value

    def get(self):
        return self.value
