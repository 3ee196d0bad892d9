"""Functions of which generated states are built; behind python.py, whose classes they use."""


def top(*args, **named):
    return args, named


def cause(error, behind):
    if isinstance(behind, BaseException):
        error.__cause__ = behind
    else:
        error.detail = behind


def raised(number):
    try:
        try:
            raise OwnError(number, "inner")
        except OwnError:
            raise KeyError("outer")
    except KeyError as error:
        error.add_note(f"note {number}")
        return error


def changed():
    thing = Thing()
    thing.before = 1
    thing.__class__ = Other
    return thing


def advanced(made, steps):
    for _ in range(steps):
        next(made)
    return made


def rolled(seed, steps):
    made = random.Random(seed)
    for _ in range(steps):
        made.gauss(0, 1)
    return made


def views(made):
    whole = memoryview(made)
    return [made, whole, whole[3:9], whole[4:8].toreadonly()]


def deep_list(depth):
    made = []
    for _ in range(depth):
        made = [made]
    return made


def deep_tuple(depth):
    made = ()
    for number in range(depth):
        made = (number, made)
    return made


def deep_chain(depth):
    first = last = Thing()
    for _ in range(depth):
        last.next = Thing()
        last.next.previous = last
        last = last.next
    last.next = first
    return first


def crowd(count, odd, shared):
    """Neighbours of one class. At one attribute stand values of one kind, of several kinds, of objects old and new; each odd one is another."""
    made = []
    for number in range(count):
        each = Other() if number % odd == 3 else Thing()
        if number % odd == 5:
            each.text = "before the number"
        each.number, each.text, each.real = number - 9, f"text {number % 7}", (number - 5) / -8
        each.great, each.mark, each.shared = number << number % 70, number % 3 == 0 or None, shared
        each.own, each.mixed = [number], (number, "mixed", None, 0.5, shared, 2**90, made)[number % 7]
        made.append(each)
    return made


def held():
    lock = threading.Lock()
    lock.acquire()
    return lock


def local():
    class Hidden:
        pass

    return Hidden()


def keep(target, value):
    """Gives an object one more part, in the object's own manner."""
    if isinstance(target, (list, collections.deque)):
        target.append(value)
    elif isinstance(target, dict):
        target[len(target)] = value
    elif isinstance(target, (Hooked, GetState, Reduced)):
        target.extra = value
    elif isinstance(target, Slotted) and not hasattr(target, "a"):
        target.a = value
    elif target is not NOTHING and not isinstance(target, (*UNIQUE, *FIXED)) and hasattr(target, "__dict__"):
        setattr(target, f"f{len(target.__dict__)}", value)
