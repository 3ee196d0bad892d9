"""Values of classes (docs/values.md): hooks of the artifact, what Python's own library has of the standard names, and Named for the rest."""


def _amino_prelude(host, amino):
    import sys

    NAMED = 14
    RESERVED = "amino."
    by_class, by_name = {}, {}

    class Named:
        """A value of a class that this artifact does not know, as it travelled."""

        __slots__ = ("name", "value")
        __module__ = "amino"
        __qualname__ = "Named"

        def __init__(self, name, value):
            self.name = str(name)
            self.value = value

        def __eq__(self, other):
            return type(other) is Named and (other.name, other.value) == (self.name, self.value)

        def __hash__(self):
            return hash((self.name, self.value))

        def __str__(self):
            return self.value if isinstance(self.value, str) else repr(self)

        def __repr__(self):
            return f"Named({self.name!r}, {self.value!r})"

        def __reduce__(self):
            return Named, (self.name, self.value)

    def shape_of(kind):
        enum = sys.modules.get("enum")
        if enum is not None and issubclass(kind, enum.Enum):
            return "flag" if issubclass(kind, enum.Flag) else "enum"
        if hasattr(kind, "__dataclass_fields__"):
            return "dataclass"
        if issubclass(kind, tuple) and hasattr(kind, "_fields"):
            return "namedtuple"
        return "attrs" if hasattr(kind, "__attrs_attrs__") else None

    def fields_of(shape, kind):
        """Names of the fields, and of the constructor's parameters for them; an empty one where it takes none."""
        if shape == "namedtuple":
            return {name: name for name in kind._fields}
        if shape == "attrs":
            return {each.name: (getattr(each, "alias", None) or each.name.lstrip("_")) if each.init else "" for each in kind.__attrs_attrs__}
        import dataclasses

        return {each.name: each.name if each.init else "" for each in dataclasses.fields(kind)}

    def save_shape(shape, value):
        if shape in ("enum", "flag"):
            return value.name if shape == "enum" else value.value
        return {name: getattr(value, name) for name in fields_of(shape, type(value))}

    def load_shape(shape, kind, payload):
        if shape in ("enum", "flag"):
            return kind[payload] if shape == "enum" else kind(payload)
        parameters = fields_of(shape, kind)
        value = kind(**{parameters[name]: item for name, item in payload.items() if parameters[name]})
        for name, item in payload.items():
            if not parameters[name]:
                object.__setattr__(value, name, item)
        return value

    def save_time(value):
        if value.tzinfo is not None:
            raise ValueError("a time with a time zone cannot travel; pass a datetime, or the time without its zone")
        return "amino.time", value.isoformat("microseconds").rstrip("0").rstrip(".")

    def array_kind(code, size):
        for word, codes in (("float", "fd"), ("int", "bhilq"), ("uint", "BHILQ")):
            if code in codes:
                return f"amino.array.{word}{8 * size}"
        raise ValueError(f"an array of the type code {code!r} cannot travel; pass a list or a string")

    savers = {
        ("decimal", "Decimal"): lambda value: ("amino.decimal", str(value)),
        ("uuid", "UUID"): lambda value: ("amino.uuid", str(value)),
        ("fractions", "Fraction"): lambda value: ("amino.rational", [value.numerator, value.denominator]),
        ("array", "array"): lambda value: (array_kind(value.typecode, value.itemsize), value.tobytes()),
    }
    # GraalPy has the second of the modules, CPython the first.
    for module in ("datetime", "_pydatetime"):
        savers[module, "date"] = lambda value: ("amino.date", value.isoformat())
        savers[module, "time"] = save_time

    def save_standard(value):
        for kind in type(value).__mro__[:-1]:
            saver = savers.get((kind.__module__, kind.__qualname__))
            if saver is not None:
                return saver(value)
        return None

    def load_standard(name, payload):
        """The value of Python's own library; raises for what it cannot hold."""
        if name == "amino.decimal":
            import decimal

            return decimal.Decimal(payload)
        if name == "amino.uuid":
            import uuid

            return uuid.UUID(payload)
        if name == "amino.rational":
            import fractions

            return fractions.Fraction(*payload)
        if name in ("amino.date", "amino.time"):
            import datetime

            return (datetime.date if name == "amino.date" else datetime.time).fromisoformat(payload)
        import array

        code = next(code for code in array.typecodes if code not in "uw" and array_kind(code, array.array(code).itemsize) == name)
        return array.array(code, payload)

    def standard(name, payload):
        known = name in ("amino.decimal", "amino.uuid", "amino.rational", "amino.date", "amino.time") or name.startswith("amino.array.")
        try:
            value = load_standard(name, payload) if known else None
            saved = None if value is None else save_standard(value)[1]
        except (ValueError, TypeError, ArithmeticError, AttributeError, StopIteration, ImportError):
            return Named(name, payload)
        return value if known and type(saved) is type(payload) and saved == payload else Named(name, payload)

    def register(kind, name=None, *, save=None, load=None, plain=False):
        """Says how values of a class travel; also a decorator. A dataclass, named tuple, enum or attrs class needs no hooks."""
        name = kind.__name__ if name is None else str(name)
        shape = shape_of(kind)
        if not name or name.startswith(RESERVED):
            raise ValueError(f"amino.register: the name {name!r} is empty, or begins with {RESERVED}; give another")
        if not plain and name in by_name:
            raise ValueError(f"amino.register: two classes are registered under the name {name!r}; give one of them another name")
        if save is None and shape is None:
            raise ValueError(f"amino.register: {kind.__name__} is no dataclass, named tuple, enum or attrs class: give save and load")
        by_class[kind] = (None if plain else name, save or (lambda value: save_shape(shape, value)))
        if not plain:
            by_name[name] = load or (kind if save is not None or shape is None else lambda payload: load_shape(shape, kind, payload))
        return kind

    def saved_of(value):
        """Name (None: plain) and payload of a value of a class; None where it cannot travel."""
        if type(value) is Named:
            return value.name, value.value
        hook = by_class.get(type(value))
        if hook is not None:
            return hook[0], hook[1](value)
        shape = shape_of(type(value))
        pair = None if shape in ("enum", "flag") else save_standard(value)
        if pair is not None or shape is None or type(value).__name__.startswith(RESERVED):
            return pair
        return type(value).__name__, save_shape(shape, value)

    def other_tree(flattening, value):
        """The tree of a value that is of no other kind. What it is saved as is a value of its own, with a graph of its own."""
        try:
            pair = saved_of(value)
        except (ValueError, TypeError, AttributeError) as error:
            raise flattening.refuse(f"an instance of {type(value).__name__}", str(error)) from error
        if pair is None:
            return None
        own = amino.Flattening(flattening.root, pair[1])
        own.path = list(flattening.path)
        own.around = flattening.around + 1
        tree = own.finish(own.visit(pair[1]))
        return tree if pair[0] is None else [NAMED, pair[0], tree]

    def is_key(tree):
        """No container, and of values of classes those that are saved as a text."""
        if type(tree) is not list:
            return True
        return type(tree[2]) is str if tree[0] == NAMED else 2 < tree[0] < 9 or tree[0] == 13

    def build_named(name, value):
        name = str(name)
        load = by_name.get(name)
        if load is None:
            return standard(name, value)
        try:
            return load(value)
        except Exception as error:
            raise amino.invalid(f"the hook load of {name} raised {type(error).__name__}: {error}") from error

    def of_class(value):
        """Whether a number, text or tuple is of a class of its own."""
        return type(value) in by_class or shape_of(type(value)) is not None

    amino.build.named = build_named
    amino.other_tree = other_tree
    amino.is_key = is_key
    amino.of_class = of_class
    amino.Named = Named
    amino.register = register


globals().pop("_amino_prelude")
