"""Takes an object apart: each object that it leads to becomes a node of the table, once. Nothing here recurses."""


def _amino_prelude(host, amino):
    import builtins

    # Taken once: a guest that changes the built-ins changes nothing here, and a closure is read quickly.
    all, enumerate, frozenset, id, len, list, tuple, type = (
        builtins.all,
        builtins.enumerate,
        builtins.frozenset,
        builtins.id,
        builtins.len,
        builtins.list,
        builtins.tuple,
        builtins.type,
    )

    LIMIT = 1 << 60
    CONSTANTS = (None, False, True, ..., NotImplemented)
    FIRST = len(CONSTANTS)
    LOST = ("lost", "", (), ())
    NOTHING = {}
    plans = {}
    Table, plan_of = amino.Table, amino.plan_of
    FEW, take, slots_of = amino.FEW, amino.take, amino.slots_of
    owners = amino.owners
    shallow = (int, str, float, bytes, bool, type(None), complex)

    class Fields:
        """Stands for a module that is an object: what of its globals is state."""

        def __init__(self, fields):
            self.__dict__.update(fields)

    amino.kind([Fields], "module", amino.no_parts, lambda cls, parts: Fields({}))

    class Capture:
        """One walk. `nodes` is the queue and keeps all alive, so that no two objects have one id."""

        def __init__(self, root):
            self.nodes = [*CONSTANTS, root]
            self.parents = [0] * FIRST + [-1]
            self.memo = {id(value): number << 2 for number, value in enumerate(self.nodes)}
            self.shapes = {}
            self.shape_of = []
            self.sizes = []
            self.slots = []
            self.texts = {}
            self.doubles = []
            self.lost = []
            self.forsaken = {}
            self.current = 0
            self.risky = False
            self.sentinels = {}

        def run(self):
            nodes, parents, memo, texts, doubles = self.nodes, self.parents, self.memo, self.texts, self.doubles
            append, sizes, shape_of, slots = self.slots.append, self.sizes, self.shape_of, self.slots
            number, cls, plan, alone = FIRST, None, None, 0
            while number < len(nodes):
                value = nodes[number]
                if type(value) is not cls:
                    cls = type(value)
                    plan = plans.get(cls) or self.planned(cls)
                if plan.alike and number >= alone and self.follows(cls, number):
                    taken, alike = take(self, number, cls, plan)
                    alone = number + alike
                    if taken:
                        number += taken
                        continue
                self.current = number
                shape, values = self.layout(value, plan)
                shape_of.append(shape)
                start = len(slots)
                if (cls is list or cls is tuple) and len(value) >= FEW:
                    slots.extend(slots_of(self, [*values], number))
                    values = ()
                # The same as `slot` says, here because most states are small.
                for item in values:
                    kind = type(item)
                    if kind is int:
                        if -LIMIT <= item < LIMIT:
                            append(item << 2 | 1)
                            continue
                    elif kind is str:
                        slot = texts.get(item)
                        if slot is None:
                            texts[item] = slot = len(texts) << 2 | 2
                        append(slot)
                        continue
                    elif kind is float:
                        append(len(doubles) << 2 | 3)
                        doubles.append(item)
                        continue
                    slot = memo.get(id(item))
                    if slot is None:
                        memo[id(item)] = slot = len(nodes) << 2
                        nodes.append(item)
                        parents.append(number)
                    append(slot)
                sizes.append(len(slots) - start)
                number += 1
            return self

        def layout(self, value, plan):
            """As `encode`; many plain objects of one class and one layout are the common case."""
            if plan.last is not None and not (plan.owned and id(value) in owners):
                values = value.__dict__
                if tuple(values) == plan.last:
                    return self.shape(plan.key), values.values()
            return self.encode(value, plan)

        def follows(self, cls, number):
            """Whether enough nodes stand behind this one, the last of them of the same class."""
            last = number + FEW - 1
            return last < len(self.nodes) and type(self.nodes[last]) is cls

        def slot(self, item, parent):
            """What stands for a value in the table; a new value becomes a node."""
            kind = type(item)
            if kind is int:
                if -LIMIT <= item < LIMIT:
                    return item << 2 | 1
            elif kind is str:
                slot = self.texts.get(item)
                if slot is None:
                    self.texts[item] = slot = len(self.texts) << 2 | 2
                return slot
            elif kind is float:
                self.doubles.append(item)
                return len(self.doubles) - 1 << 2 | 3
            slot = self.memo.get(id(item))
            if slot is None:
                self.memo[id(item)] = slot = len(self.nodes) << 2
                self.nodes.append(item)
                self.parents.append(parent)
            return slot

        def planned(self, cls):
            plan = plan_of(cls)
            if plan.why is None:
                plans[cls] = plan
            return plan

        def encode(self, value, plan):
            """The number of a node's shape, and what stands in its slots."""
            if plan.why is not None:
                return self.lose(plan.why)
            if plan.named:
                return self.by_name(value)
            if plan.owned and self.current != FIRST and id(value) in owners:
                return self.encode(amino.Reference(*amino.reference_of(value)[1:]), plan_of(amino.Reference))
            kind = plan.kind
            try:
                parts = kind.content(value)
            except NotImplementedError as error:
                return self.lose(f"{error}, or {amino.HOOKS_REMEDY}")
            except Exception as error:
                why = f"reading it raised {type(error).__name__}: {error}; mend it"
                return self.lose(f"{why}, or {amino.HOOKS_REMEDY}")
            if kind.keys is not None and not self.risky:
                parts = list(parts)
                for key in parts[kind.keys]:
                    if type(key) not in shallow and not self.safe(key):
                        self.risky = True
            fixed = self.fixed(value, plan) if plan.fixed else NOTHING
            table = self.attributes(value, plan) if plan.with_dict else NOTHING
            names = tuple(table)
            if not fixed and not names:
                sentinel = self.sentinel(value) if plan.plain else None
                if sentinel is not None:
                    return self.shape(("named", sentinel, (), ())), ()
            if not all(type(name) is str for name in names):
                return self.lose("an attribute of it has a name that is no string; give it another name")
            key = (kind.name, plan.name or "", tuple(fixed), names)
            if not fixed:
                if plan.plain and names and not plan.fixed:
                    plan.last, plan.key = names, key
                return self.shape(key), [*table.values(), *parts] if names else parts
            return self.shape(key), [*fixed.values(), *table.values(), *parts]

        def fixed(self, value, plan):
            """What a value has in slots, and what exceptions have beside their attributes."""
            found = {}
            for name, descriptor in plan.fixed.items():
                try:
                    found[name] = descriptor.__get__(value, plan.cls)
                except Exception:
                    # It was never set.
                    continue
            return found if plan.kind.extras is None else self.without_defaults(found)

        def attributes(self, value, plan):
            try:
                return value.__dict__
            except AttributeError:
                plan.with_dict = False
                return NOTHING

        def without_defaults(self, found):
            if found.get("__cause__") is None and found.get("__suppress_context__") is False:
                del found["__suppress_context__"]
            return {name: item for name, item in found.items() if item is not None}

        def safe(self, key):
            """Whether a hash of it needs nothing that is put in later."""
            if type(key) in (tuple, frozenset):
                return all(type(part) in shallow for part in key)
            plan = plans.get(type(key))
            return plan is not None and (
                plan.named or plan.kind.name in ("enum", "date", "datetime", "time", "timedelta", "decimal", "bytes")
            )

        def shape(self, key):
            number = self.shapes.get(key)
            if number is None:
                number = self.shapes[key] = len(self.shapes)
            return number

        def by_name(self, value):
            name = amino.name_of(value)
            if name is not None:
                return self.shape(("named", name, (), ())), ()
            if type(value) is amino.bound_builtin:
                return self.shape(("built-in method", "", (), ())), (value.__self__, value.__name__)
            return self.lose(f"it stands in no module; name it at the top level, or {amino.HOOKS_REMEDY}")

        def sentinel(self, value):
            """The name of an object without any state that stands at the top of a module."""
            cls = type(value)
            known = self.sentinels.get(cls)
            if known is None:
                known = self.sentinels[cls] = amino.constants(cls)
            return known.get(id(value)) if self.current != FIRST else None

        def lose(self, why):
            self.lost.append((self.current, why))
            return self.shape(LOST), ()

        def forsake(self, number, why):
            """Counts a node as lost after all: it cannot be made of its parts."""
            self.lost.append((number, why))
            self.forsaken[number] = self.shape_of[number - FIRST]
            self.shape_of[number - FIRST] = self.shape(LOST)

        def shape_at(self, number):
            """The shape of a node as it was found."""
            return list(self.shapes)[self.forsaken.get(number, self.shape_of[number - FIRST])]

        def table(self):
            return Table(list(self.shapes), self.shape_of, self.sizes, self.slots, list(self.texts), self.doubles)

    amino.Capture = Capture
    amino.Fields = Fields
    amino.FIRST_NODE = FIRST
    amino.CONSTANT_NODES = CONSTANTS


globals().pop("_amino_prelude")
