"""Makes objects of a table of nodes. What needs others for its making or hashing waits; nothing here recurses."""


def _amino_prelude(host, amino):
    import builtins
    from itertools import accumulate, groupby

    # Taken once: a guest that changes the built-ins changes nothing here, and a closure is read quickly.
    all, any, bytearray, len, range, reversed, setattr, slice, zip = (
        builtins.all,
        builtins.any,
        builtins.bytearray,
        builtins.len,
        builtins.range,
        builtins.reversed,
        builtins.setattr,
        builtins.slice,
        builtins.zip,
    )

    FIRST = amino.FIRST_NODE
    # From so many objects of one layout on, a function of their own is worth its making.
    MANY = 100
    unmade = object()
    Maker, new = amino.Maker, object.__new__

    class Rebuild:
        """The objects of one table. `module` takes the fields of a module that is an object."""

        def __init__(self, table, module=None):
            self.table = table
            self.tags = table.tags()
            self.makers = [Maker(shape) for shape in table.shapes]
            self.count = len(table.sizes)
            self.values = [*amino.CONSTANT_NODES, *[unmade] * self.count]
            self.starts = [*[0] * FIRST, *accumulate(table.sizes, initial=0)]
            # Where nothing waits for others, all counts as complete from the beginning.
            self.waits = any(maker.early or maker.waits for maker in self.makers)
            self.closed = bytearray(b"\1" * FIRST + (b"\0" if self.waits else b"\1") * self.count)
            self.filled = bytearray(FIRST + self.count)
            self.module = module
            # The number of the node that is made or filled now, for errors.
            self.at = FIRST

        def run(self):
            """The first object of the table."""
            runs = self.runs()
            counts = [0] * len(self.makers)
            for shape, count, _ in runs:
                counts[shape] += count
            for maker, count in zip(self.makers, counts):
                if count >= MANY:
                    maker.quicken()
            self.shells(runs)
            for shape, count, first in reversed(runs):
                maker = self.makers[shape]
                if count < MANY or maker.filler is None or not self.fill_run(maker, first, first + count):
                    self.backwards(first, first + count)
            number = self.closed.find(0)
            while number >= 0:
                self.settle(number)
                number = self.closed.find(0, number + 1)
            return self.values[FIRST]

        def maker(self, number):
            return self.makers[self.table.shape_of[number - FIRST]]

        def runs(self):
            """Neighbours of one shape: the shape, how many they are, and the number of the first."""
            runs, number = [], FIRST
            for shape, group in groupby(self.table.shape_of):
                count = len([*group])
                runs.append((shape, count, number))
                number += count
            return runs

        def shells(self, runs):
            """Makes what needs nothing, so that others can hold it."""
            values = self.values
            for shape, count, first in runs:
                maker, after = self.makers[shape], first + count
                if maker.named is not None:
                    values[first:after] = [maker.named[0]] * count
                    self.filled[first:after] = self.closed[first:after] = b"\1" * count
                elif not maker.early:
                    make, cls = maker.kind.make, maker.cls
                    plain = maker.kind.name == "object"
                    values[first:after] = [new(cls) for _ in range(count)] if plain else [make(cls, ()) for _ in range(count)]
            if self.module is not None:
                values[FIRST] = self.module

        def fill_run(self, maker, first, after):
            """Fills many plain objects of one layout at once. Answers False where one of them leads to what is not complete."""
            start, stop, size = self.starts[first], self.starts[after], len(maker.setters)
            if stop - start != size * (after - first):
                return False
            columns = []
            for place in range(start, start + size):
                parts = self.many(slice(place, stop, size))
                if parts is None:
                    return False
                columns.append(parts)
            maker.filler(self.values[first:after], columns)
            self.filled[first:after] = self.closed[first:after] = b"\1" * (after - first)
            return True

        def many(self, places):
            """What stands in many slots; None where one of them leads to what is not complete."""
            slots, tags, closed = self.table.slots[places], self.tags[places], self.closed
            values, texts, doubles = self.values, self.table.texts, self.table.doubles
            if self.waits and not all([closed[slot >> 2] for slot, tag in zip(slots, tags) if not tag]):
                return None
            tag = tags[0]
            if tags.count(tag) == len(tags):
                if tag == 1:
                    return [slot >> 2 for slot in slots]
                found = values if tag == 0 else texts if tag == 2 else doubles
                return [found[slot >> 2] for slot in slots]
            return [
                slot >> 2
                if tag == 1
                else texts[slot >> 2]
                if tag == 2
                else doubles[slot >> 2]
                if tag
                else values[slot >> 2]
                for slot, tag in zip(slots, tags)
            ]

        def backwards(self, first, after):
            """Fills what is simple. Objects stand behind those that lead to them, so most are complete when put in."""
            slots, texts, doubles = self.table.slots, self.table.texts, self.table.doubles
            starts, values, closed, filled = self.starts, self.values, self.closed, self.filled
            makers, shape_of = self.makers, self.table.shape_of
            for number in range(after - 1, first - 1, -1):
                if filled[number]:
                    continue
                maker = makers[shape_of[number - FIRST]]
                ready, complete = True, 1
                start, stop = starts[number], starts[number + 1]
                parts = self.many(slice(start, stop)) if stop - start >= MANY else None
                if parts is None:
                    parts = []
                else:
                    start = stop
                for position in range(start, stop):
                    slot = slots[position]
                    tag, at = slot & 3, slot >> 2
                    if tag == 1:
                        parts.append(at)
                    elif tag == 2:
                        parts.append(texts[at])
                    elif tag == 3:
                        parts.append(doubles[at])
                    else:
                        value = values[at]
                        parts.append(value)
                        if not closed[at]:
                            complete = 0
                            if value is unmade:
                                ready = False
                                break
                if not ready or maker.waits and not complete:
                    continue
                if maker.filler is not None:
                    maker.filler((values[number],), zip(parts))
                    filled[number] = 1
                else:
                    self.make(number, maker, parts)
                    self.fill(number, maker, parts)
                closed[number] = complete

        def make(self, number, maker, parts):
            self.at = number
            if maker.early and self.values[number] is unmade:
                first = len(maker.setters)
                self.values[number] = maker.kind.make(maker.cls, parts[first : first + maker.early])

        def fill(self, number, maker, parts):
            self.at = number
            value, setters = self.values[number], maker.setters
            self.filled[number] = 1
            if value is self.module:
                for name, part in zip(maker.names, parts):
                    setattr(value, name, part)
                return
            for setter, part in zip(setters, parts):
                setter(value, part)
            if maker.kind.fill is not None:
                first = len(setters) + maker.early
                maker.kind.fill(value, parts[first:] if first else parts)

        def parts(self, start, stop):
            parts = []
            for slot in self.table.slots[start:stop]:
                tag, at = slot & 3, slot >> 2
                part = (
                    at
                    if tag == 1
                    else self.table.texts[at]
                    if tag == 2
                    else self.table.doubles[at]
                    if tag == 3
                    else self.values[at]
                )
                if part is unmade:
                    raise amino.invalid("an object of the state is needed for its own making")
                parts.append(part)
            return parts

        def settle(self, number):
            """Completes all that a node leads to, then the node; a node that is on its way counts as complete. What holds a node that is
            being made is filled when that is there."""
            visited, slots, later = set(), self.table.slots, []
            stack = [self.frame(number, visited)]
            while stack:
                frame = stack[-1]
                node, at, stop, _ = frame
                below = None
                while at < stop and below is None:
                    slot = slots[at]
                    at += 1
                    if slot & 3 == 0 and not self.closed[slot >> 2] and slot >> 2 not in visited:
                        below = slot >> 2
                frame[1] = at
                if below is not None:
                    stack.append(self.frame(below, visited))
                elif frame[3]:
                    self.make_of(frame)
                else:
                    if self.is_early(node):
                        later.append(node)
                    else:
                        self.finish(node)
                    stack.pop()
            for node in later:
                self.finish(node)

        def is_early(self, number):
            """Whether a part of a node is not made yet, which is to be filled."""
            slots, values = self.table.slots[self.starts[number] : self.starts[number + 1]], self.values
            return not self.filled[number] and any(slot & 3 == 0 and values[slot >> 2] is unmade for slot in slots)

        def frame(self, number, visited):
            """A step of the walk: the node, the slots still to visit, and whether these are for its making."""
            visited.add(number)
            maker, start, stop = self.maker(number), self.starts[number], self.starts[number + 1]
            if self.values[number] is not unmade:
                return [number, start, stop, False]
            first = start + len(maker.setters)
            return [number, first, min(stop, first + maker.early), True]

        def make_of(self, frame):
            self.at = number = frame[0]
            maker, start, stop = self.maker(number), self.starts[number], self.starts[number + 1]
            first = start + len(maker.setters)
            given = self.parts(first, min(stop, first + maker.early))
            self.values[number] = maker.kind.make(maker.cls, given)
            frame[1:] = [start, stop, False]

        def finish(self, number):
            if not self.filled[number]:
                self.at = number
                self.fill(number, self.maker(number), self.parts(self.starts[number], self.starts[number + 1]))
            self.closed[number] = 1

    amino.Rebuild = Rebuild


globals().pop("_amino_prelude")
