"""Where in an object something stands, in the person's terms: `handlers[2].callback`."""


def _amino_prelude(host, amino):
    import builtins

    # Taken once: a guest that changes the built-ins changes nothing here, and a closure is read quickly.
    abs, ascii, len, list, repr, reversed, type = (
        builtins.abs,
        builtins.ascii,
        builtins.len,
        builtins.list,
        builtins.repr,
        builtins.reversed,
        builtins.type,
    )

    FIRST = amino.FIRST_NODE

    def describe(value):
        return type(value).__name__

    def key_text(key):
        if type(key) is str:
            # Double quotes, in which a reader of paths finds blanks and brackets.
            inner = ascii(key)[1:-1].replace('"', '\\"') if "'" not in key else ascii(key.replace('"', "")).strip("\"'")
            text = f'"{inner}"'
        else:
            text = (
                repr(key)
                if type(key) in (float, bool, bytes, type(None)) or type(key) is int and abs(key) < 1 << 64
                else f"a {describe(key)}"
            )
        return text if len(text) < 80 else f"{text[:80]}…"

    class Paths:
        """The paths of one capture's nodes."""

        def __init__(self, capture):
            self.capture = capture
            self.starts = [0] * FIRST
            at = 0
            for size in capture.sizes:
                self.starts.append(at)
                at += size
            self.starts.append(at)

        def of(self, number):
            """The path of a node; empty for the object itself."""
            parts = []
            while number != FIRST:
                parent = self.capture.parents[number]
                parts.append(self.step(parent, number))
                number = parent
            return "".join(reversed(parts)).removeprefix(".")

        def step(self, parent, number):
            start, stop = self.starts[parent], self.starts[parent + 1]
            kind, _, fixed, names = self.capture.shape_at(parent)
            position = self.capture.slots.index(number << 2, start, stop) - start
            fields = (*fixed, *names)
            if position < len(fields):
                return f".{fields[position]}" if fields[position].isidentifier() else f"[{fields[position]!r}]"
            return self.content(self.capture.nodes[parent], kind, position - len(fields))

        def content(self, value, kind, position):
            known = amino.kinds_by_name[kind]
            if known.keys is None or known.keys.step is None:
                return known.label(position)
            first = known.keys.start
            if position < first:
                return ".default_factory"
            key = list(value)[(position - first) // 2]
            return f"[{key_text(key)}]" if (position - first) % 2 else f"[the key {key_text(key)}]"

        def text(self, number, why):
            path, kind = self.of(number), describe(self.capture.nodes[number])
            return f"{path} ({kind}: {why})" if path else f"the object itself ({kind}: {why})"

    amino.Paths = Paths


globals().pop("_amino_prelude")
