"""The table of nodes as it travels (docs/bridge.md, `graph`): few columns, so that few steps cross the languages."""


def _amino_prelude(host, amino):
    import builtins
    import sys

    # Taken once: a guest that changes the built-ins changes nothing here, and a closure is read quickly.
    enumerate, len, max, min, next, zip = (
        builtins.enumerate,
        builtins.len,
        builtins.max,
        builtins.min,
        builtins.next,
        builtins.zip,
    )

    VERSION = 1
    LIST, LATIN = 0, 13
    SWAP = sys.byteorder != "little"

    def array(code, items):
        from array import array

        made = array(code, items)
        if SWAP:
            made.byteswap()
        return made

    def packed(numbers):
        """Whole numbers in the least width that holds them all, little endian, behind the letter of the width."""
        least, most = min(numbers, default=0), max(numbers, default=0)
        code = next(code for code, bits in zip("bhiq", (7, 15, 31, 63)) if -(1 << bits) <= least and most < 1 << bits)
        return [LATIN, code + array(code, numbers).tobytes().decode("latin-1")]

    def unpacked(data):
        made = array(data[:1].decode(), b"")
        made.frombytes(data[1:])
        if SWAP:
            made.byteswap()
        return made.tolist()

    def texts_of(texts):
        joined = "".join(texts).encode("utf-8", "surrogatepass")
        return [LATIN, joined.decode("latin-1")], packed([len(text) for text in texts])

    class Table:
        """Shapes (kind, class, names); for each node its shape and number of slots; all slots, texts, floats."""

        __slots__ = ("doubles", "shape_of", "shapes", "sizes", "slots", "texts")

        def __init__(self, shapes, shape_of, sizes, slots, texts, doubles):
            self.shapes = shapes
            self.shape_of = shape_of
            self.sizes = sizes
            self.slots = slots
            self.texts = texts
            self.doubles = doubles

        def tree(self):
            """What Java writes."""
            shapes = [
                LIST,
                *([LIST, kind, name, [LIST, *fixed], [LIST, *names]] for kind, name, fixed, names in self.shapes),
            ]
            doubles = [LATIN, array("d", self.doubles).tobytes().decode("latin-1")]
            return [
                LIST,
                VERSION,
                shapes,
                packed(self.shape_of),
                packed(self.sizes),
                packed(self.slots),
                *texts_of(self.texts),
                doubles,
            ]

        def difference(self, other):
            """The number of the first node that is another in the other table; None where there is none."""
            at = there = 0
            for number, size in enumerate(self.sizes):
                if number >= len(other.sizes) or self.row(number, at, size) != other.row(
                    number, there, other.sizes[number]
                ):
                    return number
                at += size
                there += other.sizes[number]
            return None

        def row(self, number, at, size):
            return self.shapes[self.shape_of[number]], [self.part(slot) for slot in self.slots[at : at + size]]

        def part(self, slot):
            if slot & 3 == 2:
                return self.texts[slot >> 2]
            if slot & 3 == 3:
                return array("d", [self.doubles[slot >> 2]]).tobytes()
            return slot

    def read(data):
        version, shapes, shape_of, sizes, slots, texts, lengths, doubles = data
        if version != VERSION:
            raise amino.invalid(f"the state has version {version} of the format graph; this runtime knows {VERSION}")
        joined = texts.decode("utf-8", "surrogatepass")
        parts, at = [], 0
        for length in unpacked(lengths):
            parts.append(joined[at : at + length])
            at += length
        rows = [(kind, name, tuple(fixed), tuple(names)) for kind, name, fixed, names in shapes]
        return Table(rows, unpacked(shape_of), unpacked(sizes), unpacked(slots), parts, unpacked(b"d" + doubles))

    amino.Table = Table
    amino.read_table = read


globals().pop("_amino_prelude")
