"""How values of Python's built-in classes are taken apart, and made again from their parts."""


def _amino_prelude(host, amino):
    import builtins

    # Taken once: a guest that changes the built-ins changes nothing here, and a closure is read quickly.
    bytes, format, getattr, int, issubclass, iter, list, memoryview, next, range = (
        builtins.bytes,
        builtins.format,
        builtins.getattr,
        builtins.int,
        builtins.issubclass,
        builtins.iter,
        builtins.list,
        builtins.memoryview,
        builtins.next,
        builtins.range,
    )

    class Kind:
        """One way to take a value apart.

        `content(value)` gives its parts. `make(cls, parts)` makes it from the first `early` of them (`ALL`: from all),
        before its attributes are set; `fill(value, parts)` puts the others in. `keys` says which are hashed. Where
        parts are hashed or code of the class runs, `waits` is set: all that the parts lead to is then complete before.
        `extras(cls)` names what the value has beside its attributes. `proved`: a state with such a value is read back
        each time.
        """

        __slots__ = ("content", "early", "extras", "fill", "keys", "label", "make", "name", "proved", "waits")

        def __init__(
            self, name, content, make, fill=None, early=0, waits=False, extras=None, proved=False, label=None, keys=None
        ):
            self.name = name
            self.content = content
            self.make = make
            self.fill = fill
            self.early = early
            self.waits = waits
            self.extras = extras
            self.keys = keys
            self.proved = proved
            self.label = label or (lambda position: f"[{position}]")

    ALL = 1 << 60
    HEAP_TYPE = 1 << 9
    by_name, by_class = {}, {}

    def kind(classes, name, *parts, **named):
        """Adds a kind for classes, given themselves or as `module#name`."""
        made = by_name[name] = Kind(name, *parts, **named)
        for cls in classes:
            by_class[cls] = made

    def nothing(value):
        return ()

    def pairs(value):
        parts = []
        for key, item in dict.items(value):
            parts.append(key)
            parts.append(item)
        return parts

    def put_pairs(value, parts):
        put = dict.__setitem__
        steps = iter(parts)
        for key in steps:
            put(value, key, next(steps))

    def put_items(value, parts):
        list.extend(value, parts)

    def put_members(value, parts):
        for part in parts:
            set.add(value, part)

    def fields(cls, *names):
        """The parts of a value that are attributes of a built-in class."""
        descriptors = [getattr(cls, name).__get__ for name in names]
        return lambda value: [get(value) for get in descriptors]

    def latin(text):
        return text.encode("latin-1")

    kind([object], "object", nothing, lambda cls, parts: object.__new__(cls))
    kind([list], "list", list.__iter__, lambda cls, parts: list.__new__(cls), put_items)
    kind(
        [dict],
        "dict",
        pairs,
        lambda cls, parts: dict.__new__(cls),
        put_pairs,
        waits=True,
        keys=slice(0, None, 2),
        label=lambda position: f"[key {position // 2}]",
    )
    kind([set], "set", set.__iter__, lambda cls, parts: set.__new__(cls), put_members, waits=True, keys=slice(0, None))
    kind([frozenset], "frozenset", frozenset.__iter__, frozenset.__new__, early=ALL, waits=True, keys=slice(0, None))
    kind([tuple], "tuple", tuple.__iter__, tuple.__new__, early=ALL)
    kind([str], "str", lambda value: (str.__str__(value),), lambda cls, parts: str.__new__(cls, parts[0]), early=ALL)
    kind(
        [int],
        "int",
        lambda value: (format(int.__add__(value, 0), "x"),),
        lambda cls, parts: int.__new__(cls, int(parts[0], 16)),
        early=ALL,
    )
    kind(
        [float],
        "float",
        lambda value: (float.__mul__(value, 1.0),),
        lambda cls, parts: float.__new__(cls, parts[0]),
        early=ALL,
    )
    kind(
        [complex],
        "complex",
        fields(complex, "real", "imag"),
        lambda cls, parts: complex.__new__(cls, *parts),
        early=ALL,
    )
    kind(
        [bytes],
        "bytes",
        lambda value: (bytes.decode(value, "latin-1"),),
        lambda cls, parts: bytes.__new__(cls, latin(parts[0])),
        early=ALL,
    )
    kind(
        [bytearray],
        "bytearray",
        lambda value: (bytearray.decode(value, "latin-1"),),
        lambda cls, parts: bytearray.__new__(cls),
        lambda value, parts: bytearray.extend(value, latin(parts[0])),
    )
    kind([range], "range", fields(range, "start", "stop", "step"), lambda cls, parts: range(*parts), early=ALL)
    kind([slice], "slice", fields(slice, "start", "stop", "step"), lambda cls, parts: slice(*parts), early=ALL)

    def base_of(view):
        return bytes(view) if view.obj is None else view.obj

    def view_parts(view):
        """The object under a memoryview and where in it the view lies."""
        if not view.contiguous or view.ndim != 1:
            raise NotImplementedError("it is no simple run of bytes; keep the object under it and the positions")
        base = base_of(view)
        return base, place_of(view, base), view.nbytes, view.format, view.readonly

    def place_of(view, base):
        """Where a view begins: Python does not say, so a writable object gets a pattern for a moment."""
        if view.nbytes == 0:
            return 0
        whole = memoryview(base).cast("B")
        if view.nbytes == whole.nbytes:
            return 0
        kept = bytes(whole)
        if whole.readonly:
            return kept.find(bytes(view))
        place = 0
        try:
            for shift in (0, 8, 16, 24):
                whole[:] = bytes((position >> shift) & 255 for position in range(whole.nbytes))
                place |= view.cast("B")[0] << shift
        finally:
            whole[:] = kept
        return place

    def make_view(cls, parts):
        base, place, size, form, readonly = parts
        view = memoryview(base).cast("B")[place : place + size]
        view = view if form == "B" else view.cast(form)
        return view.toreadonly() if readonly and not view.readonly else view

    # A bytearray with views cannot grow: it is filled before its views are made.
    kind([memoryview], "memoryview", view_parts, make_view, early=ALL, waits=True)

    EXTRAS = (
        (OSError, "errno strerror filename filename2"),
        (SyntaxError, "msg filename lineno offset text end_lineno end_offset print_file_and_line"),
        (StopIteration, "value"),
        (SystemExit, "code"),
        (ImportError, "msg name path"),
        (AttributeError, "name obj"),
        (NameError, "name"),
        (UnicodeEncodeError, "encoding object start end reason"),
        (UnicodeDecodeError, "encoding object start end reason"),
        (UnicodeTranslateError, "object start end reason"),
    )

    def exception_extras(cls):
        """What an exception has beside its attributes. The cause comes before the mark that setting it sets."""
        found = [(BaseException, name) for name in ("args", "__cause__", "__context__", "__suppress_context__")]
        for base, names in EXTRAS:
            if issubclass(cls, base):
                found += [(base, name) for name in names.split()]
        return found

    def narrowed(setter):
        """A setter of a built-in class, which the engine writes for numbers of 32 bits only where it takes numbers."""

        def set_narrowed(value, item):
            setter(value, ord(chr(item)) if type(item) is int and 0 <= item < 0x110000 else item)

        return set_narrowed

    def blank_exception(cls, parts):
        """An exception whose constructor has not run: by the nearest class of Python's own."""
        for base in cls.__mro__:
            if not amino.written_in_python(base):
                return base.__new__(cls)

    def group_parts(value):
        return BaseExceptionGroup.message.__get__(value), list(BaseExceptionGroup.exceptions.__get__(value))

    def make_group(cls, parts):
        return BaseExceptionGroup.__new__(cls, *parts)

    kind([BaseException], "exception", nothing, blank_exception, extras=exception_extras)
    kind(
        [BaseExceptionGroup], "exception group", group_parts, make_group, early=ALL, waits=True, extras=exception_extras
    )

    def written_in_python(cls):
        """Whether a class came from a `class` statement: its state is in its attributes and its built-in base."""
        return cls.__flags__ & HEAP_TYPE != 0

    amino.written_in_python = written_in_python
    amino.narrowed = narrowed
    amino.Kind = Kind
    amino.kind = kind
    amino.kinds_by_name = by_name
    amino.kinds_by_class = by_class
    amino.ALL_PARTS = ALL
    amino.no_parts = nothing


globals().pop("_amino_prelude")
