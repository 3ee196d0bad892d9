"""Clocks and random numbers: those of the moment, or those of a call with fixed circumstances (docs/guests.md).

Each function is replaced in the built-in module that has it, before code of the artifact can take it. What differs between
the replicas of an object and cannot be served is refused.
"""


def _amino_prelude(host, amino):
    import builtins
    import sys

    when_imported = amino.when_imported
    # Taken once: nothing that a guest can look into leads to `host`.
    nanos, numbers, drawn, passing, refusal = host.fixedNanos, host.fixedNumber, host.fixedBytes, host.fixedPass, host.fixedRefusal
    own_id, own_hash = builtins.id, builtins.hash
    # The prelude itself asks for the real ones.
    globals().update(id=own_id, hash=own_hash)
    SECOND = 1_000_000_000
    fixed = False
    generators = []

    def refuse(what):
        amino.settle(refusal(what))

    class Function:
        """As a built-in function: no descriptor, so that a class may hold it, and known by its name to pickle, copies and states."""

        __slots__ = ("__dict__", "__weakref__", "_amino_function")

        def __init__(self, function, name, module):
            self._amino_function = function
            self.__name__ = self.__qualname__ = name
            self.__module__ = module.__name__

        def __call__(self, *args, **kwargs):
            return self._amino_function(*args, **kwargs)

        def __reduce__(self):
            return self.__qualname__

        def __repr__(self):
            return f"<built-in function {self.__qualname__}>"

    Function.__name__ = Function.__qualname__ = "builtin_function_or_method"
    Function.__module__ = "builtins"
    amino.served_kind = Function

    def serve(module, name, make):
        """Replaces a function by what `make` makes of it."""
        own = getattr(module, name, None)
        if own is not None:
            setattr(module, name, Function(make(own), name, module))

    def served(answer):
        """A function that answers so in fixed circumstances."""

        def make(own):
            def function(*args, **kwargs):
                return answer(*args, **kwargs) if fixed else own(*args, **kwargs)

            return function

        return make

    def refused(what):
        def make(own):
            def function(*args, **kwargs):
                if fixed:
                    refuse(what)
                return own(*args, **kwargs)

            return function

        return make

    def seconds(*_):
        return int(nanos()) / SECOND

    def whole(*_):
        return int(nanos())

    def random_bytes(size):
        if size < 0:
            raise ValueError("negative argument not allowed")
        parts = []
        while size > 0:
            some = min(size, 65536)
            parts.append(str(drawn(some)).encode("latin-1"))
            size -= some
        return b"".join(parts)

    def with_moment(position):
        """Of a function that takes the present where an argument is left out."""

        def make(own):
            def function(*args):
                if fixed and (len(args) <= position or args[position] is None):
                    now = int(nanos()) // SECOND
                    args = args[:position] + (now if position == 0 else gmtime(now),)
                return own(*args)

            return function

        return make

    def gmtime(moment):
        import time

        return time.gmtime(moment)

    def pass_time(own):
        def function(duration):
            if not fixed:
                return own(duration)
            if not duration >= 0:
                raise ValueError("sleep length must be non-negative")
            return passing(int(duration * SECOND))

        return function

    def with_clock(time):
        for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time", "clock_gettime"):
            serve(time, name, served(seconds))
            serve(time, f"{name}_ns", served(whole))
        for name in ("localtime", "gmtime", "ctime"):
            serve(time, name, with_moment(0))
        serve(time, "asctime", lambda own: lambda *args: own(*(args or (gmtime(None),))) if fixed else own(*args))
        serve(time, "strftime", with_moment(1))
        serve(time, "sleep", pass_time)

    def with_process(posix):
        serve(posix, "urandom", served(random_bytes))
        serve(posix, "getrandom", served(lambda size, flags=0: random_bytes(size)))
        for name in ("times", "getloadavg", "cpu_count", "sched_getaffinity"):
            serve(posix, name, refused(f"os.{name}"))

    def with_threads(thread):
        serve(thread, "start_new_thread", refused("a thread"))
        serve(thread, "start_new", refused("a thread"))
        serve(thread, "get_ident", served(lambda: 1))
        serve(thread, "get_native_id", served(lambda: 1))

    def new_seed():
        return int.from_bytes(random_bytes(16), "big")

    def with_random(random):
        own_seed = random.Random.seed

        def seed(self, a=None, version=2):
            own_seed(self, new_seed() if fixed and a is None else a, version)

        random.Random.seed = seed
        # The functions of the module belong to this generator: each call with fixed circumstances has it begin anew.
        random.seed = random._inst.seed
        generators.append(random._inst)
        if fixed:
            begin(random._inst)

    kept = []

    def begin(generator):
        kept.append((generator, generator.getstate()))
        generator.seed(new_seed())

    def end():
        while kept:
            generator, state = kept.pop()
            generator.setstate(state)

    def with_uuid(uuid):
        serve(uuid, "uuid1", refused("uuid.uuid1"))
        serve(uuid, "getnode", refused("uuid.getnode"))

    def with_collector(gc):
        for name in ("get_objects", "get_referrers", "get_referents", "get_stats", "get_count", "collect"):
            serve(gc, name, refused(f"gc.{name}"))

    # Places in memory: numbers that no other call gives, by the order in which a call asks for them.
    places = {}
    first = 0

    def id(obj, /):
        nonlocal first
        known = places.get(own_id(obj))
        if known is None:
            if not places:
                first = int.from_bytes(random_bytes(7), "little")
            known = places[own_id(obj)] = (first + 16 * len(places), obj)
        return known[0]

    PLAIN = (int, float, complex, str, bytes, bool)

    def by_place(cls):
        return cls.__hash__ is object.__hash__

    def hash(obj, /):
        cls = type(obj)
        if cls in PLAIN:
            return 0 if obj != obj else own_hash(obj)
        if cls is tuple:
            return own_hash(tuple([hash(item) for item in obj]))
        if cls is frozenset:
            return own_hash(frozenset([hash(item) for item in obj]))
        if obj is None or obj is Ellipsis or obj is NotImplemented:
            return own_hash(repr(obj))
        if isinstance(obj, type):
            return own_hash(f"{obj.__module__}.{obj.__qualname__}")
        if by_place(cls):
            return own_hash(id(obj))
        return own_hash(obj)

    id.__qualname__, hash.__qualname__ = "id", "hash"
    id.__module__ = hash.__module__ = "builtins"

    def fix(on):
        nonlocal fixed
        if on == fixed:
            return
        if on:
            fixed = True
            builtins.id, builtins.hash = id, hash
            for generator in generators:
                begin(generator)
        else:
            builtins.id, builtins.hash = own_id, own_hash
            places.clear()
            end()
            # Last: a thread that is interrupted meanwhile is asked again.
            fixed = False

    when_imported("time", with_clock)
    when_imported("posix", with_process)
    when_imported("_thread", with_threads)
    when_imported("random", with_random)
    when_imported("uuid", with_uuid)
    when_imported("gc", with_collector)
    amino.fix = fix
    amino.is_fixed = lambda: fixed
    # For `weak.py`.
    amino.refuse_fixed, amino.refused, amino.serve = refuse, refused, serve


globals().pop("_amino_prelude")
