"""What a shape of a table of nodes is in this context: which class, and how its objects get their attributes."""


def _amino_prelude(host, amino):
    import builtins

    # Taken once: a guest that changes the built-ins changes nothing here, and a closure is read quickly.
    all, exec, hasattr, len, type, vars, zip = (
        builtins.all,
        builtins.exec,
        builtins.hasattr,
        builtins.len,
        builtins.type,
        builtins.vars,
        builtins.zip,
    )

    set_attribute = object.__setattr__

    class Maker:
        """One shape of the table, in this context: its kind, its class, what sets its attributes."""

        __slots__ = ("cls", "early", "filler", "kind", "named", "names", "setters", "waits")

        def __init__(self, shape):
            name, cls, fixed, names = shape
            self.kind = amino.kinds_by_name.get(name)
            self.named = self.cls = None
            self.names = names
            if name == "named":
                self.named = (amino.find(cls),)
            elif name == "lost":
                self.named = (None,)
            elif self.kind is None:
                raise amino.invalid(
                    f"the state holds a node of the kind {name!r}, which this runtime does not know; update it"
                )
            elif name != "reduce":
                self.cls = amino.find(cls) if cls else object
            self.early = 0 if self.kind is None else self.kind.early
            self.waits = self.kind is not None and self.kind.waits
            self.setters = self.setters_of(fixed) if self.cls is not None else ()
            self.filler = None

        def quicken(self):
            """Makes a function that sets all attributes of some objects: the engine finds places of constant names once."""
            if self.cls is None or self.kind.name != "object" or len(self.setters) != len(self.names) or not self.names:
                return
            if self.cls.__setattr__ is set_attribute and all(simple(self.cls, name) for name in self.names):
                found = {"zip": zip, "__builtins__": {}}
                targets = ", ".join(f"o.{name}" for name in self.names)
                exec(f"def fill(objects, columns):\n    for o, {targets} in zip(objects, *columns):\n        pass", found)
                self.filler = found["fill"]

        def setters_of(self, fixed):
            known = amino.fixed_of(self.cls, self.kind) if fixed else {}
            setters = [amino.narrowed(known[name].__set__) if name in known else setter_of(name) for name in fixed]
            for name in self.names:
                setters.append(into_dict(name) if shadowed(self.cls, name) else setter_of(name))
            return setters

    def simple(cls, name):
        from keyword import iskeyword

        return name.isidentifier() and not name.startswith("__") and not iskeyword(name) and not shadowed(cls, name)

    def setter_of(name):
        return lambda value, item: set_attribute(value, name, item)

    def into_dict(name):
        return lambda value, item: value.__dict__.__setitem__(name, item)

    def shadowed(cls, name):
        """Whether setting the attribute would not put it into the value's `__dict__`."""
        for base in cls.__mro__:
            if name in vars(base):
                return hasattr(type(vars(base)[name]), "__set__")
        return False

    amino.Maker = Maker


globals().pop("_amino_prelude")
