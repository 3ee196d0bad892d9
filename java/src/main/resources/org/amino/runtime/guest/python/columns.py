"""The table of nodes as it travels (docs/bridge.md, `graph`): few columns, so that few steps cross the languages."""


def _amino_prelude(host, amino):
    import builtins
    import sys
    from itertools import accumulate, pairwise

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
    # The kind of a slot by its lowest byte.
    TAGS = builtins.bytes([byte & 3 for byte in builtins.range(256)])

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

        def tags(self):
            """The kind of each slot, a byte each."""
            return array("q", self.slots).tobytes()[::8].translate(TAGS)

        def tree(self):
            """What Java writes."""
            shapes = [
                LIST,
                *([LIST, kind, name, [LIST, *fixed], [LIST, *names]] for kind, name, fixed, names in self.shapes),
            ]
            doubles = [LATIN, bits_of(self.doubles).decode("latin-1")]
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
            bits, others = bits_of(self.doubles), bits_of(other.doubles)
            if self.columns() == other.columns() and bits == others:
                return None
            at = there = 0
            for number, size in enumerate(self.sizes):
                if number >= len(other.sizes):
                    return number
                own, length = self.row(number, at, size, bits), other.sizes[number]
                if own != other.row(number, there, length, others):
                    return number
                at += size
                there += length
            return None

        def columns(self):
            return self.shapes, self.shape_of, self.sizes, self.slots, self.texts

        def row(self, number, at, size, bits):
            return self.shapes[self.shape_of[number]], [self.part(slot, bits) for slot in self.slots[at : at + size]]

        def part(self, slot, bits):
            if slot & 3 == 2:
                return self.texts[slot >> 2]
            if slot & 3 == 3:
                at = slot >> 2 << 3
                return bits[at : at + 8]
            return slot

    def bits_of(doubles):
        return array("d", doubles).tobytes()

    def read(data):
        version, shapes, shape_of, sizes, slots, texts, lengths, doubles = data
        if version != VERSION:
            raise amino.invalid(f"the state has version {version} of the format graph; this runtime knows {VERSION}")
        joined = texts.decode("utf-8", "surrogatepass")
        parts = [joined[start:stop] for start, stop in pairwise(accumulate(unpacked(lengths), initial=0))]
        rows = [(kind, name, tuple(fixed), tuple(names)) for kind, name, fixed, names in shapes]
        return Table(rows, unpacked(shape_of), unpacked(sizes), unpacked(slots), parts, unpacked(b"d" + doubles))

    amino.Table = Table
    amino.read_table = read


globals().pop("_amino_prelude")
