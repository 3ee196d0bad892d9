class Worker:
    __read_only__ = ["run"]

    def __init__(self):
        self.value = 0

    def incr(self, n, padding):
        self.value += n
        return self.value

    def run(self, seed, steps):
        value = seed
        for _ in range(steps):
            value = value * 16807 % 2147483647
        return value
