"""Lists, sets and tables that stay in order."""

from operator import neg

from sortedcontainers import SortedDict, SortedKeyList, SortedList, SortedSet


class Scores:
    def __init__(self):
        self.scores = SortedList([5, 1, 4])
        self.highest = SortedKeyList([3, 9, 7], key=neg)
        self.names = SortedDict({"bob": 2, "ada": 1})
        self.seen = SortedSet("cab")
        self.keys = self.names.keys()

    def use(self):
        self.scores.update([8, 2, 2])
        return {
            "list": list(self.scores),
            "place": self.scores.bisect_left(4),
            "range": list(self.scores.irange(2, 5)),
            "first": self.names.peekitem(0),
            "index": self.names.index("bob"),
            "both": list(self.seen | {"z"}),
            "text": repr(self.highest).split("(")[0],
        }

    def go_on(self):
        self.scores.add(len(self.scores))
        self.highest.add(len(self.highest))
        self.names[f"n{len(self.names)}"] = 0
        self.seen.add(str(len(self.seen)))
        return {
            "list": list(self.scores),
            "highest": list(self.highest),
            "names": list(self.names.items()),
            "seen": list(self.seen),
            "view": list(self.keys),
            "last": self.names.peekitem()[0],
            "middle": self.seen[1],
            "key": self.highest.key is neg,
        }
