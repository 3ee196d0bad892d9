"""Values both ways (docs/wire.md, section 1): builders that Java calls, and `flatten`, whose trees Java reads."""


def _amino_prelude(host, amino):
    import sys

    LIST, MAP, SET, BIG, DOUBLE, TIMESTAMP, DURATION, GRAPH, BACK, LATIN = 0, 1, 2, 3, 4, 6, 7, 10, 11, 13
    DEPTH = 200
    BILLION = 1_000_000_000

    def invalid(message):
        return amino.new_error("VALUE_INVALID", "ValueInvalid", message)

    class Span:
        """A number of nanoseconds; equal ones are equal keys."""

        __slots__ = ("nanoseconds",)

        def __init__(self, nanoseconds):
            self.nanoseconds = int(nanoseconds)

        def __eq__(self, other):
            return type(other) is type(self) and other.nanoseconds == self.nanoseconds

        def __hash__(self):
            return hash(self.nanoseconds)

        def __repr__(self):
            return f"{type(self).__name__}({self.nanoseconds})"

        def __reduce__(self):
            return type(self), (self.nanoseconds,)

    class Timestamp(Span):
        """An instant finer than a datetime can hold: nanoseconds since 1970, UTC."""

        __slots__ = ()
        __module__ = "amino"
        __qualname__ = "Timestamp"

    class Duration(Span):
        """A span of time finer than a timedelta can hold."""

        __slots__ = ()
        __module__ = "amino"
        __qualname__ = "Duration"

    def build_map(*pairs):
        return put({}, *pairs)

    def put(target, *pairs):
        for i in range(0, len(pairs), 2):
            key = pairs[i]
            try:
                known = key in target
            except TypeError:
                raise invalid(f"Python has no keys of type {type(key).__name__}") from None
            if known:
                raise invalid(f"Python cannot tell two keys of a map apart: {key!r}")
            target[key] = pairs[i + 1]
        return target

    def add(target, *items):
        for given in items:
            item = frozenset(given) if type(given) is set else given
            try:
                known = item in target
            except TypeError:
                raise invalid(f"a set of Python cannot hold a {type(item).__name__}") from None
            if known:
                raise invalid(f"Python cannot tell two elements of a set apart: {item!r}")
            target.add(item)
        return target

    def timestamp(seconds, nanos):
        import datetime

        if nanos % 1000 == 0:
            try:
                epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
                return epoch + datetime.timedelta(seconds=seconds, microseconds=nanos // 1000)
            except OverflowError:
                pass
        return Timestamp(seconds * BILLION + nanos)

    def duration(text):
        import datetime

        nanos = int(text)
        return datetime.timedelta(microseconds=nanos // 1000) if nanos % 1000 == 0 else Duration(nanos)

    build = amino.build
    build.nothing = None
    build.list = lambda *items: list(items)
    build.append = lambda target, *items: target.extend(items)
    build.object = build_map
    build.map = build_map
    build.put = put
    build.set = lambda *items: add(set(), *items)
    build.add = add
    build.big = lambda text: int(text, 16)
    build.bytes = lambda text: text.encode("latin-1")
    build.timestamp = timestamp
    build.duration = duration

    def describe_path(root, path):
        parts = [root]
        for part in path:
            if isinstance(part, str) and part.isidentifier():
                parts.append("." + part)
            else:
                parts.append(f"[{part!r}]")
        return "".join(parts)

    def instant(nanoseconds):
        return [TIMESTAMP, nanoseconds // BILLION, nanoseconds % BILLION]

    class Flattening:
        """Walks one value. Containers seen twice become nodes of a graph, whether shared or part of a cycle."""

        def __init__(self, root, value):
            self.root = root
            self.value = value
            self.path = []
            self.seen = {}
            self.shared = 0
            self.around = 0

        def refuse(self, what, remedy):
            return invalid(f"{describe_path(self.root, self.path)} is {what}, which cannot travel; {remedy}")

        def atom(self, value):
            """The tree of what is no container, or NotImplemented."""
            if value is None or isinstance(value, bool):
                return value
            if isinstance(value, int):
                if type(value) is not int and amino.of_class(value):
                    return self.other(value)
                number = int(value)
                return number if -(1 << 63) <= number < 1 << 63 else [BIG, format(number, "x")]
            if isinstance(value, float):
                return [DOUBLE, float(value)] if value.is_integer() else float(value)
            if isinstance(value, str):
                if type(value) is not str and amino.of_class(value):
                    return self.other(value)
                return self.text(str(value))
            if isinstance(value, (list, tuple, dict, set, frozenset)):
                return self.other(value) if isinstance(value, tuple) and type(value) is not tuple and amino.of_class(value) else NotImplemented
            if isinstance(value, (bytes, bytearray)):
                return [LATIN, value.decode("latin-1")]
            if isinstance(value, memoryview):
                return self.atom(bytes(value))
            return self.special(value)

        def text(self, value):
            if not value.isascii():
                try:
                    value.encode()
                except UnicodeEncodeError:
                    raise self.refuse("a string with a lone surrogate", "use bytes") from None
            return value

        def special(self, value):
            reference = amino.reference_of(value)
            if reference is not None:
                return reference
            if isinstance(value, Timestamp):
                return instant(value.nanoseconds)
            if isinstance(value, Duration):
                return [DURATION, str(value.nanoseconds)]
            if isinstance(value, BaseException):
                return amino.flatten_error(value, self.visit)
            datetime = sys.modules.get("datetime")
            if datetime is not None and isinstance(value, datetime.timedelta):
                return [DURATION, str(((value.days * 86400 + value.seconds) * 1_000_000 + value.microseconds) * 1000)]
            if datetime is not None and isinstance(value, datetime.datetime):
                return self.moment(value, datetime)
            return self.other(value)

        def moment(self, value, datetime):
            if value.utcoffset() is None:
                raise self.refuse("a datetime without a time zone", "give it one: tzinfo=datetime.timezone.utc")
            since = value - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
            return [TIMESTAMP, since.days * 86400 + since.seconds, since.microseconds * 1000]

        def other(self, value):
            kind = type(value).__name__
            if isinstance(value, type) or type(value) is type(amino.other_tree):
                raise self.refuse(f"a {kind}", "pass data, or a reference to an object")
            tree = amino.other_tree(self, value)
            if tree is None:
                raise self.refuse(
                    f"an instance of {kind}", f"register it: amino.register({kind}, save=..., load=...), pass plain data (vars(x)), or a reference to an object"
                )
            return tree

        def visit(self, value):
            """Without recursion: a value may be 200 levels deep."""
            tree, steps = self.enter(value)
            if steps is None:
                return tree
            opened = [(tree, steps)]
            while opened:
                into, steps = opened[-1]
                for part, child in steps:
                    self.path.append(part)
                    inner, inner_steps = self.enter(child)
                    into.append(inner)
                    if inner_steps is not None:
                        opened.append((inner, inner_steps))
                        break
                    self.path.pop()
                else:
                    opened.pop()
                    if opened:
                        self.path.pop()
            return tree

        def enter(self, value):
            atom = self.atom(value)
            if atom is not NotImplemented:
                return atom, None
            known = self.seen.get(id(value))
            if known is not None:
                if known[1] < 0:
                    known[1] = 0 if known[2] is self.value else self.next_index()
                return [BACK, known[1]], None
            if len(self.path) + self.around >= DEPTH:
                raise invalid(f"{self.root} is nested deeper than {DEPTH} levels; flatten it")
            tree = []
            self.seen[id(value)] = [tree, -1, value]
            return tree, self.steps(value, tree)

        def next_index(self):
            self.shared += 1
            return self.shared

        def steps(self, value, tree):
            if isinstance(value, dict):
                tree.append(MAP)
                return self.pairs(value, tree)
            tree.append(SET if isinstance(value, (set, frozenset)) else LIST)
            return enumerate(value)

        def pairs(self, value, tree):
            for key, item in value.items():
                atom = self.atom(key)
                if atom is NotImplemented or not amino.is_key(atom):
                    raise self.refuse(f"a dict with a {type(key).__name__} as key", "use a string or a number")
                tree.append(atom)
                yield key, item

        def finish(self, tree):
            used = [record for record in self.seen.values() if record[1] >= 0]
            if not used:
                return tree
            nodes = [tree] + [None] * self.shared
            for inner, index, _ in used:
                if index > 0:
                    nodes[index] = list(inner)
                    inner[:] = [BACK, index]
            return [GRAPH, *nodes]

    def flatten(value, root):
        if type(value) is list and len(value) < 1000 and all(type(item) is bool or type(item) is int and abs(item) < 1 << 63 for item in value):
            return [LIST, *value]
        if type(value).__name__ == "coroutine":
            value = amino.run(value)
        flattening = Flattening(root, value)
        return flattening.finish(flattening.visit(value))

    amino.flatten = flatten
    amino.Flattening = Flattening
    amino.Timestamp = Timestamp
    amino.Duration = Duration
    amino.invalid = invalid


globals().pop("_amino_prelude")
