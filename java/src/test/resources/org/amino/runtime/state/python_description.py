"""The deep description of a state, which knows nothing of the encoder; behind python.py and python_builders.py."""

# The description: texts in order, objects numbered in the order in which they are first met.

PARTS_OF_ERRORS = """errno strerror filename filename2 name path msg value code encoding object
    start end reason lineno offset text""".split()
UNIQUE = (types.FunctionType, types.BuiltinFunctionType, type, types.ModuleType, type(str.upper))

FIXED = (enum.Enum, NewArgs, Frozen, random.Random, types.MethodType, types.GenericAlias)


class Mark:
    def __init__(self, text):
        self.text = text


def real(number):
    return "nan" if math.isnan(number) else number.hex()


def class_name(value):
    return f"{type(value).__module__}.{type(value).__qualname__}"


def named(value):
    return f"{getattr(value, '__module__', None)}.{getattr(value, '__qualname__', None) or value.__name__}"


def short(value):
    """The text of what has no identity of its own, or None."""
    kind = type(value)
    if kind is int:
        return hex(value)
    if value is None or kind is bool or value is ... or value is NotImplemented:
        return repr(value)
    if kind is str:
        return ascii(value)
    if kind is float:
        return real(value)
    if kind is complex:
        return f"complex {real(value.real)} {real(value.imag)}"
    if value is SENTINEL or value is NOTHING:
        return "the sentinel" if value is SENTINEL else "the nothing"
    if isinstance(value, enum.Enum):
        return f"{class_name(value)} {value._name_} {value.value!r} {type(value)(value.value) is value}"
    if isinstance(value, types.BuiltinFunctionType) and not isinstance(value.__self__, (types.ModuleType, type(None))):
        return None
    return f"{kind.__name__} {named(value)}" if isinstance(value, UNIQUE) else None


def base_parts(value):
    """The content of what stands on a built-in class, beside its attributes."""
    if isinstance(value, collections.OrderedDict):
        return [part for pair in value.items() for part in pair]
    if isinstance(value, collections.defaultdict):
        return [value.default_factory, *(part for pair in value.items() for part in pair)]
    if isinstance(value, dict):
        return [part for pair in value.items() for part in pair]
    if isinstance(value, collections.deque):
        return [value.maxlen, *value]
    if isinstance(value, (list, tuple, set, frozenset)):
        return list(value)
    if isinstance(value, str):
        return [value + ""]
    if isinstance(value, int):
        return [value + 0]
    if isinstance(value, float):
        return [value * 1.0]
    if isinstance(value, (bytes, bytearray)):
        return [value.hex()]
    if isinstance(value, BaseException):
        extra = [getattr(value, name, Mark("none")) for name in PARTS_OF_ERRORS if name not in vars(value)]
        group = [value.message, *value.exceptions] if isinstance(value, BaseExceptionGroup) else []
        told = [str(value)] if all(type(part) is str for part in value.args) else []
        return [value.args, value.__cause__, value.__context__, value.__suppress_context__, *extra, *group, *told]
    return library_parts(value)


def library_parts(value):
    if type(value).__module__ == "_thread":
        free = value.acquire(blocking=False)
        return [type(value).__name__, free, value.release() if free else None]
    if isinstance(value, memoryview):
        return [value.obj, value.format, value.readonly, value.tobytes().hex()]
    if isinstance(value, array.array):
        return [value.typecode, value.tobytes().hex()]
    if isinstance(value, decimal.Decimal):
        return [Mark(repr(value.as_tuple()))]
    if isinstance(value, (datetime.datetime, datetime.time)):
        return [value.isoformat(), value.fold, value.tzinfo]
    if isinstance(value, datetime.timezone):
        return [value is datetime.timezone.utc, value.utcoffset(None), value.tzname(None)]
    if isinstance(value, (datetime.date, datetime.timedelta, fractions.Fraction, uuid.UUID, range, pathlib.PurePath)):
        return [Mark(repr(value))]
    if isinstance(value, slice):
        return [value.start, value.stop, value.step]
    if isinstance(value, random.Random):
        following = random.Random()
        following.setstate(value.getstate())
        return [Mark(repr(value.getstate()[2])), *[following.random() for _ in range(3)], following.gauss(0, 1)]
    if isinstance(value, re.Pattern):
        return [value.pattern, value.flags]
    if isinstance(value, types.MethodType):
        return [value.__func__, value.__self__]
    if isinstance(value, (types.BuiltinFunctionType, type((1).__add__))):
        return [value.__name__, value.__self__]
    if isinstance(value, functools.partial):
        return [value.func, *value.args, *(part for pair in value.keywords.items() for part in pair)]
    if isinstance(value, (types.GenericAlias, types.UnionType)):
        return [Mark(repr(value))]
    if isinstance(value, io.BytesIO):
        return [value.getvalue().hex(), value.tell()]
    if isinstance(value, io.StringIO):
        return [value.getvalue(), value.tell()]
    if isinstance(value, (operator.itemgetter, operator.attrgetter)):
        return [Mark(repr(value))]
    if isinstance(value, collections.abc.Iterator) and not isinstance(value, types.GeneratorType):
        made, given, *more = value.__reduce__()
        return [made, given, *more]
    return []


def attributes(value):
    if isinstance(value, (functools.partial, random.Random, types.MethodType, *UNIQUE)) or type(value).__module__ in (
        "re",
        "_sre",
        "operator",
        "fractions",
        "uuid",
        "pathlib",
    ):
        return []
    found = []
    for base in type(value).__mro__:
        slots = vars(base).get("__slots__", ()) if base.__module__ == __name__ else ()
        for name in (slots,) if isinstance(slots, str) else slots:
            descriptor = vars(base).get(f"_{base.__name__}{name}" if name.startswith("__") else name)
            if descriptor is not None:
                try:
                    found += [Mark(f"slot {base.__name__}.{name}"), descriptor.__get__(value, type(value))]
                except AttributeError:
                    found.append(Mark(f"slot {base.__name__}.{name} unset"))
    for name, item in getattr(value, "__dict__", {}).items():
        found += [Mark(f"attribute {name}"), item]
    return found


def describe(root):
    numbers, kept, lines, waiting = {}, [], [], [root]
    while waiting:
        value = waiting.pop()
        text = value.text if type(value) is Mark else short(value)
        if text is None and id(value) in numbers:
            text = f"#{numbers[id(value)]}"
        if text is not None:
            lines.append(text)
            continue
        numbers[id(value)] = len(numbers)
        lines.append(f"#{numbers[id(value)]} = {class_name(value)} (")
        parts = [*base_parts(value), *attributes(value), Mark(")")]
        waiting += reversed(parts)
        # An id means one object only as long as the object lives.
        kept.append((value, parts))
    return "\n".join(lines)


PATH = re.compile(r'\.(\w+)|^(\w+)|\[the key (.*?)\]|\[key|\["((?:[^"\\]|\\.)*)"\]|\[(\(.*?\)|[^\]]*)\]|<([^>]*)>')


def reached(value, path):
    """What a path of an error leads to; raises where there is nothing."""
    while path:
        found = PATH.match(path)
        name, first, key, text, index, inner = found.groups()
        path = path[found.end() :]
        if name or first:
            value = getattr(value, name or first)
        elif key is not None:
            value = next(
                each for each in value if repr(each) == key or key.startswith("a ") or ascii(each)[1:-1] == key[1:-1]
            )
        elif text is not None:
            value = value[eval(f'"{text}"')]
        elif inner is not None:
            return value
        elif index.isdigit() and isinstance(value, (set, frozenset)):
            value = list(value)[int(index)]
        elif isinstance(value, dict):
            value = next(item for key, item in value.items() if repr(key) == index or index.startswith("a "))
        elif isinstance(value, (list, tuple, collections.deque)):
            value = value[int(index)]
        else:
            return value
    return value


class Members:
    """What each state's class offers to the trial."""

    def describe(self):
        return describe(self)

    def reaches(self, path):
        try:
            reached(self, "" if path == "the object itself" else path)
        except Exception:
            return False
        return True
