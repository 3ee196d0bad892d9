"""Takes apart many values at once: neighbours of one class and one layout, and the items of long lists.

The engine compiles a short loop soon, and a long one with many ways through it late, so the values of one attribute go through short loops together.
The nodes get the numbers that they would get one after another, whatever is taken at once.
"""


def _amino_prelude(host, amino):
    import builtins

    # Taken once: a guest that changes the built-ins changes nothing here, and a closure is read quickly.
    dict, enumerate, float, id, int, len, map, range, str, tuple, type, zip = (
        builtins.dict,
        builtins.enumerate,
        builtins.float,
        builtins.id,
        builtins.int,
        builtins.len,
        builtins.map,
        builtins.range,
        builtins.str,
        builtins.tuple,
        builtins.type,
        builtins.zip,
    )

    LIMIT = 1 << 60
    # Fewer are not worth it; more in one go would need their slots twice.
    FEW, WINDOW = 32, 4096

    def alike(items, cls):
        """How many of the first ones are of the class itself. No class is asked whether it equals another."""
        count = 0
        for item in items:
            if type(item) is not cls:
                return count
            count += 1
        return count

    def tables_of(run):
        """What the values have in their `__dict__`; None where there is nothing, or one has other names there or in another order."""
        try:
            names = [*run[0].__dict__]
        except AttributeError:
            return None
        if not names or alike(names, str) < len(names):
            return None
        tables = []
        for value in run:
            table = value.__dict__
            if type(table) is not dict or [*table] != names:
                return None
            tables.append(table)
        return tables

    def number_slots(capture, items):
        slots = []
        for item in items:
            if type(item) is not int or not -LIMIT <= item < LIMIT:
                return None
            slots.append(item << 2 | 1)
        return slots

    def float_slots(capture, items):
        if alike(items, float) < len(items):
            return None
        first = len(capture.doubles) << 2 | 3
        capture.doubles.extend(items)
        return [*range(first, first + (len(items) << 2), 4)]

    def text_slots(capture, items):
        texts, slots = capture.texts, []
        for item in items:
            if type(item) is not str:
                return None
            slot = texts.get(item)
            if slot is None:
                texts[item] = slot = len(texts) << 2 | 2
            slots.append(slot)
        return slots

    def plain_slots(capture, items):
        """The slots of numbers, texts or floats; None where they are others, or of several kinds."""
        kind = type(items[0])
        if kind is int:
            return number_slots(capture, items)
        if kind is str:
            return text_slots(capture, items)
        return float_slots(capture, items) if kind is float else None

    def are_nodes(items):
        for item in items:
            kind = type(item)
            if kind is int or kind is str or kind is float:
                return False
        return True

    def node_slots(capture, items, number, width):
        """The slots of any values; so many of them in a row belong to one node, the first ones to the node with that number."""
        memo, nodes = capture.memo, capture.nodes
        if are_nodes(items):
            ids = [*map(id, items)]
            slots = [memo.get(each) for each in ids]
            missing = slots.count(None)
            if not missing:
                return slots
            if missing == len(slots) == len({*ids}):
                first = len(nodes) << 2
                slots = [*range(first, first + (missing << 2), 4)]
                memo.update(zip(ids, slots))
                nodes.extend(items)
                capture.parents.extend([number] * missing if width == missing else [number + at // width for at in range(missing)])
                return slots
        return [capture.slot(item, number + place // width) for place, item in enumerate(items)]

    def slots_of(capture, items, number):
        """The slots of a node's content, which is not empty."""
        return plain_slots(capture, items) or node_slots(capture, items, number, len(items))

    def take(capture, number, cls, plan):
        """Takes apart the plain objects of a class from a node on, if all are of one layout.

        Earlier captures do not count, so that two captures of equal objects give equal tables. Answers how many have been taken, and how many are of
        the class.
        """
        run = capture.nodes[number : number + WINDOW]
        count = alike(run, cls)
        del run[count:]
        if count < FEW or plan.owned and not amino.owners.keys().isdisjoint(map(id, run)):
            return 0, count
        tables = tables_of(run)
        if tables is None:
            return 0, count
        names = [*tables[0]]
        size = len(names)
        block, hard = [0] * (count * size), []
        for place, name in enumerate(names):
            column = [table[name] for table in tables]
            slots = plain_slots(capture, column)
            if slots is None:
                hard.append((place, column))
            else:
                block[place::size] = slots
        if hard:
            put_nodes(capture, number, block, hard)
        capture.slots.extend(block)
        capture.sizes.extend([size] * count)
        capture.shape_of.extend([capture.shape((plan.kind.name, plan.name, (), tuple(names)))] * count)
        return count, count

    def put_nodes(capture, number, block, columns):
        """Puts the slots of some columns into the block. They are visited row by row, as nodes are numbered."""
        width = len(columns)
        count = len(columns[0][1])
        size = len(block) // count
        rows = [None] * (count * width)
        for at, (_, column) in enumerate(columns):
            rows[at::width] = column
        slots = node_slots(capture, rows, number, width)
        for at, (place, _) in enumerate(columns):
            block[place::size] = slots[at::width]

    amino.FEW = FEW
    amino.take = take
    amino.slots_of = slots_of


globals().pop("_amino_prelude")
