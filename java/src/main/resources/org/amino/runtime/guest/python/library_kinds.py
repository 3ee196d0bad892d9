"""How values of classes of Python's library are taken apart."""


def _amino_prelude(host, amino):
    import builtins
    import sys

    # Taken once: a guest that changes the built-ins changes nothing here, and a closure is read quickly.
    getattr, len, list, range, tuple, type = (
        builtins.getattr,
        builtins.len,
        builtins.list,
        builtins.range,
        builtins.tuple,
        builtins.type,
    )

    kind, ALL = amino.kind, amino.ALL_PARTS
    nothing = amino.no_parts
    pairs, put_pairs = amino.kinds_by_name["dict"].content, amino.kinds_by_name["dict"].fill

    def module(name):
        if name not in sys.modules:
            __import__(name)
        return sys.modules[name]

    def deque_parts(value):
        deque = module("collections").deque
        return [deque.maxlen.__get__(value), *deque.__iter__(value)]

    def fill_deque(value, parts):
        module("collections").deque.__init__(value, parts[1:], parts[0])

    def defaults_parts(value):
        return [module("collections").defaultdict.default_factory.__get__(value), *pairs(value)]

    def fill_defaults(value, parts):
        module("collections").defaultdict.default_factory.__set__(value, parts[0])
        put_pairs(value, parts[1:])

    def ordered_parts(value):
        return [part for pair in module("collections").OrderedDict.items(value) for part in pair]

    def fill_ordered(value, parts):
        put = module("collections").OrderedDict.__setitem__
        for position in range(0, len(parts), 2):
            put(value, parts[position], parts[position + 1])

    def blank(home, name):
        return lambda cls, parts: getattr(module(home), name).__new__(cls)

    kind(
        ["collections#deque"],
        "deque",
        deque_parts,
        blank("collections", "deque"),
        fill_deque,
        label=lambda position: f"[{position - 1}]" if position else ".maxlen",
    )
    kind(
        ["collections#defaultdict"],
        "defaultdict",
        defaults_parts,
        blank("collections", "defaultdict"),
        fill_defaults,
        waits=True,
        keys=slice(1, None, 2),
    )
    kind(
        ["collections#OrderedDict", "_collections#OrderedDict"],
        "OrderedDict",
        ordered_parts,
        blank("collections", "OrderedDict"),
        fill_ordered,
        waits=True,
        keys=slice(0, None, 2),
    )
    kind(
        ["collections#Counter"],
        "Counter",
        pairs,
        blank("builtins", "dict"),
        put_pairs,
        waits=True,
        keys=slice(0, None, 2),
    )
    kind(["types#SimpleNamespace"], "namespace", nothing, blank("types", "SimpleNamespace"))
    # Their slots hold all that they have; what they do for pickle depends on their constructors.
    kind(
        ["fractions#Fraction", "uuid#UUID", "amino#Timestamp", "amino#Duration", "amino#Named"],
        "slots",
        nothing,
        lambda cls, parts: object.__new__(cls),
    )

    def dated(name):
        return [f"datetime#{name}", f"_pydatetime#{name}"]

    def of_attributes(*names):
        return lambda value: [getattr(value, name) for name in names]

    def make_dated(name):
        def make(cls, parts):
            own = getattr(module("datetime"), name)
            return own(*parts) if cls is own else own.__new__(cls, *parts)

        return make

    def with_fold(name):
        def make(cls, parts):
            return getattr(module("datetime"), name).__new__(cls, *parts[:-1], fold=parts[-1])

        return make

    def zone_parts(value):
        parts = module("datetime").timezone.__getinitargs__(value)
        return list(parts)

    DAY, TIME = ("year", "month", "day"), ("hour", "minute", "second", "microsecond", "tzinfo", "fold")
    kind(
        dated("timedelta"),
        "timedelta",
        of_attributes("days", "seconds", "microseconds"),
        make_dated("timedelta"),
        early=ALL,
    )
    kind(dated("date"), "date", of_attributes(*DAY), make_dated("date"), early=ALL)
    kind(dated("time"), "time", of_attributes(*TIME), with_fold("time"), early=ALL, waits=True)
    kind(dated("datetime"), "datetime", of_attributes(*DAY, *TIME), with_fold("datetime"), early=ALL, waits=True)
    kind(dated("timezone"), "timezone", zone_parts, make_dated("timezone"), early=ALL, waits=True)

    def key_of_zone(value):
        if value.key is None:
            raise NotImplementedError("it was read from a file and has no name; make it by its name")
        return (value.key,)

    kind(["zoneinfo#ZoneInfo"], "zone", key_of_zone, lambda cls, parts: cls(parts[0]), early=ALL)

    def make_decimal(cls, parts):
        # The context may forbid the conversion, but not the class's own constructor from a text.
        return module("decimal").Decimal.__new__(cls, parts[0])

    kind(
        ["decimal#Decimal", "_pydecimal#Decimal"],
        "decimal",
        lambda value: (module("decimal").Decimal.__str__(value),),
        make_decimal,
        early=ALL,
    )

    def random_parts(value):
        version, numbers, gauss = module("random").Random.getstate(value)
        return version, module("array").array("I", numbers).tobytes().decode("latin-1"), gauss

    def fill_random(value, parts):
        numbers = module("array").array("I", parts[1].encode("latin-1"))
        module("random").Random.setstate(value, (parts[0], tuple(numbers), parts[2]))

    kind(
        ["random#SystemRandom"], "object of a source", nothing, lambda cls, parts: module("random").Random.__new__(cls)
    )
    kind(
        ["random#Random"], "random", random_parts, lambda cls, parts: module("random").Random.__new__(cls), fill_random
    )

    def make_pattern(cls, parts):
        return module("re").compile(*parts)

    kind(["re#Pattern", "_sre#Pattern"], "pattern", of_attributes("pattern", "flags"), make_pattern, early=ALL)

    def array_parts(value):
        array = module("array").array
        code = array.typecode.__get__(value)
        return code, (array.tounicode(value) if code in "uw" else array.tobytes(value).decode("latin-1"))

    def fill_array(value, parts):
        array = module("array").array
        if value.typecode in "uw":
            array.fromunicode(value, parts[0])
        else:
            array.frombytes(value, parts[0].encode("latin-1"))

    kind(
        ["array#array"],
        "array",
        array_parts,
        lambda cls, parts: module("array").array.__new__(cls, parts[0]),
        fill_array,
        early=1,
    )

    def enum_parts(value):
        members = type(value)._member_map_
        for name in (value._name_,):
            if members.get(name) is value:
                return (name,)
        return None, value._value_

    def make_enum(cls, parts):
        if parts[0] is None:
            return cls(parts[1])
        if parts[0] not in cls._member_map_:
            raise amino.invalid(
                f"the state holds {cls.__name__}.{parts[0]}, which the class does not have; add the member"
            )
        return cls._member_map_[parts[0]]

    kind([], "enum", enum_parts, make_enum, early=ALL)

    def partial_parts(value):
        partial = module("functools").partial
        return [getattr(partial, name).__get__(value, partial) for name in ("func", "args", "keywords")]

    def make_partial(cls, parts):
        return module("functools").partial.__new__(cls, parts[0], *parts[1], **parts[2])

    kind(["functools#partial"], "partial", partial_parts, make_partial, early=ALL, waits=True)

    def stream(name, open_text, closed_text):
        def parts(value):
            content, *place = getattr(module("io"), name).__getstate__(value)[:-1]
            return [open_text(content), *place]

        def fill(value, parts):
            # The last part of what they say themselves is their attributes.
            getattr(module("io"), name).__setstate__(value, (closed_text(parts[0]), *parts[1:], None))

        kind([f"_io#{name}"], name, parts, blank("io", name), fill)

    stream("BytesIO", lambda content: content.decode("latin-1"), lambda text: text.encode("latin-1"))
    stream("StringIO", str, str)

    def unlocked(held):
        def parts(value):
            if held(value):
                raise NotImplementedError("it is locked; leave the lock before the call ends")
            return ()

        return parts

    locks = ["_thread#lock", "_thread#LockType"]
    kind(locks, "lock", unlocked(lambda lock: lock.locked()), lambda cls, parts: module("_thread").allocate_lock())
    kind(
        ["_thread#RLock"],
        "reentrant lock",
        unlocked(lambda lock: lock._is_owned()),
        lambda cls, parts: module("_thread").RLock(),
    )

    def union_parts(value):
        return value.__args__

    def make_union(cls, parts):
        united = parts[0]
        for part in parts[1:]:
            united = united | part
        return united

    kind(["types#UnionType"], "union", union_parts, make_union, early=ALL)

    method_type = type(Exception().with_traceback)
    bound_type = type(amino.Kind("", None, None).__init__)
    kind(
        [bound_type],
        "method",
        lambda value: (value.__func__, value.__self__),
        lambda cls, parts: bound_type(*parts),
        early=ALL,
    )
    kind(
        [method_type],
        "built-in method",
        lambda value: (value.__self__, value.__name__),
        lambda cls, parts: getattr(*parts),
        early=ALL,
    )
    kind(
        [type((1).__add__)],
        "method wrapper",
        lambda value: (value.__self__, value.__name__),
        lambda cls, parts: getattr(*parts),
        early=ALL,
    )
    target = amino.Reference._target.__get__
    kind(
        [amino.Reference],
        "reference",
        lambda value: target(value),
        lambda cls, parts: amino.Reference(*parts),
        early=ALL,
    )

    amino.bound_builtin = method_type


globals().pop("_amino_prelude")
