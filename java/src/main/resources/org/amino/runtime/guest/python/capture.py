"""Takes an object apart: each object that it leads to becomes a node of the table, once. Nothing here recurses."""


def _amino_prelude(host, amino):
    import builtins

    # Taken once: a guest that changes the built-ins changes nothing here, and a closure is read quickly.
    all, enumerate, frozenset, id, len, list, sum, tuple, type = (
        builtins.all,
        builtins.enumerate,
        builtins.frozenset,
        builtins.id,
        builtins.len,
        builtins.list,
        builtins.sum,
        builtins.tuple,
        builtins.type,
    )

    LIMIT = 1 << 60
    CONSTANTS = (None, False, True, ..., NotImplemented)
    FIRST = len(CONSTANTS)
    LOST = ("lost", "", (), ())
    plans = {}
    Table, plan_of = amino.Table, amino.plan_of
    owners = amino.owners
    shallow = (int, str, float, bytes, bool, type(None), complex)

    class Fields:
        """Stands for a module that is an object: what of its globals is state."""

        def __init__(self, fields):
            self.__dict__.update(fields)

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
            self.current = 0
            self.risky = False
            self.sentinels = {}

        def run(self):
            nodes, sizes, slots = self.nodes, self.sizes, self.slots
            number = FIRST
            while number < len(nodes):
                value = nodes[number]
                cls = type(value)
                plan = plans.get(cls)
                if plan is None:
                    plan = plan_of(cls)
                    if plan.why is None:
                        plans[cls] = plan
                self.current = number
                start = len(slots)
                self.shape_of.append(self.encode(value, plan))
                sizes.append(len(slots) - start)
                number += 1
            return self

        def put(self, values):
            """Writes slots: atoms as they are, everything else by the number of its node."""
            append, texts, doubles, memo = self.slots.append, self.texts, self.doubles, self.memo
            for value in values:
                cls = type(value)
                if cls is int:
                    if -LIMIT <= value < LIMIT:
                        append(value << 2 | 1)
                        continue
                elif cls is str:
                    slot = texts.get(value)
                    if slot is None:
                        texts[value] = slot = len(texts) << 2 | 2
                    append(slot)
                    continue
                elif cls is float:
                    append(len(doubles) << 2 | 3)
                    doubles.append(value)
                    continue
                slot = memo.get(id(value))
                if slot is None:
                    memo[id(value)] = slot = len(self.nodes) << 2
                    self.nodes.append(value)
                    self.parents.append(self.current)
                append(slot)

        def encode(self, value, plan):
            """Writes the slots of a node; answers the number of its shape."""
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
                return self.lose(f"reading it raised {type(error).__name__}: {error}; mend it, or {amino.HOOKS_REMEDY}")
            if kind.keys is not None and not self.risky:
                parts = list(parts)
                for key in parts[kind.keys]:
                    if type(key) not in shallow and not self.safe(key):
                        self.risky = True
            fixed, names = self.attributes(value, plan)
            self.put(parts)
            if not fixed and not names and plan.plain:
                sentinel = self.sentinel(value)
                if sentinel is not None:
                    return self.shape(("named", sentinel, (), ()))
            number = plan.shapes.get((fixed, names))
            if number is None:
                if not all(type(name) is str for name in names):
                    return self.lose("an attribute of it has a name that is no string; give it another name", drop=True)
                number = plan.shapes[fixed, names] = (kind.name, plan.name or "", fixed, names)
            return self.shape(number)

        def attributes(self, value, plan):
            """Writes what a value has beside its content; answers the names."""
            fixed = ()
            if plan.fixed:
                found = {}
                for name, descriptor in plan.fixed.items():
                    try:
                        found[name] = descriptor.__get__(value, plan.cls)
                    except Exception:
                        # It was never set.
                        continue
                if plan.kind.extras is not None:
                    found = self.without_defaults(found)
                fixed = tuple(found)
                self.put(found.values())
            if plan.with_dict:
                try:
                    table = value.__dict__
                except AttributeError:
                    plan.with_dict = False
                else:
                    names = tuple(table)
                    if names:
                        self.put(table.values())
                    return fixed, names
            return fixed, ()

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
                return self.shape(("named", name, (), ()))
            if type(value) is amino.bound_builtin:
                self.put((value.__self__, value.__name__))
                return self.shape(("built-in method", "", (), ()))
            return self.lose(f"it stands in no module; name it at the top level, or {amino.HOOKS_REMEDY}")

        def sentinel(self, value):
            """The name of an object without any state that stands at the top of a module."""
            cls = type(value)
            known = self.sentinels.get(cls)
            if known is None:
                known = self.sentinels[cls] = amino.constants(cls)
            return known.get(id(value)) if self.current != FIRST else None

        def lose(self, why, drop=False):
            if drop:
                del self.slots[len(self.slots) - self.pending() :]
            self.lost.append((self.current, why))
            return self.shape(LOST)

        def pending(self):
            return len(self.slots) - sum(self.sizes)

        def table(self):
            return Table(list(self.shapes), self.shape_of, self.sizes, self.slots, list(self.texts), self.doubles)

    amino.Capture = Capture
    amino.Fields = Fields
    amino.FIRST_NODE = FIRST
    amino.CONSTANT_NODES = CONSTANTS


globals().pop("_amino_prelude")
