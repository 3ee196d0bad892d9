"""An object that remembers its hash: attrs forgets it when a state is taken, so the state would be another."""

import attr


@attr.s(hash=True, cache_hash=True)
class Key:
    a = attr.ib()


class Keys:
    def __init__(self):
        self.key = Key((1, 2))

    def use(self):
        return {"equal": hash(self.key) == hash(Key((1, 2)))}

    def go_on(self):
        return {"found": {self.key: 1}[Key((1, 2))], "text": repr(self.key)}


__amino__ = Keys
