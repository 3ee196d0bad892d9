"""Errors, references to other objects and the module `amino` (docs/bridge.md, section 3)."""


def _amino_prelude(host, amino):
    import sys

    # Functions of their own: nothing that a guest can look into leads to `host`.
    ask, find, make, demand, own_id = host.call, host.get, host.create, host.getOrCreate, host.self
    outside, around = amino.outside, amino.around
    MAP, REFERENCE, ERROR = 1, 8, 9
    GUEST = "GUEST_EXCEPTION"
    # How many levels of causes and members of an error travel, and how many errors behind or within one.
    LEVELS = 16
    ERRORS = 127
    OUTCOMES = ("unknown", "not_run", "ran")
    RAN = 2

    class module(type(sys)):
        """The module `amino`, which no object changes for the others of its artifact."""

        def __setattr__(self, name, value):
            raise AttributeError(f"cannot set amino.{name}: all objects of the artifact share the module")

        def __delattr__(self, name):
            raise AttributeError(f"cannot delete amino.{name}: all objects of the artifact share the module")

    shared = module("amino", "References to other objects, and errors.")

    class Error(Exception):
        """An error of another object, or one of this object's own that carries details."""

        __module__ = "amino"

        errors = ()
        """The members of a group of errors; most errors have none."""

        def __init__(self, message, details=None):
            super().__init__(message)
            self.message = str(message)
            self.code = GUEST
            self.type = type(self).__name__
            self.stack = ""
            self.details = {} if details is None else details
            self._received = False
            self._outside = False
            self._outcome = RAN
            self._hop = None

        @property
        def outcome(self):
            """Whether the call ran that ended with this error: "unknown", "not_run" or "ran"."""
            return OUTCOMES[self._outcome or 0]

    class ErrorGroup(Error, ExceptionGroup):
        """An error of another object that groups others: `except*` takes its members."""

        __module__ = "amino"
        message = ""  # An ExceptionGroup's own cannot be set.

        def __new__(cls, message, errors, details=None):
            return super().__new__(cls, message, errors)

        def __init__(self, message, errors, details=None):
            super().__init__(message, details)
            self.errors = tuple(errors)

        def __str__(self):
            return self.message

        def derive(self, excs):
            return told(ErrorGroup(self.message, excs, self.details), vars(self))

    def told(error, parts):
        for name in ("code", "type", "stack", "_received", "_outside", "_outcome", "_hop"):
            setattr(error, name, parts[name])
        return error

    def new_error(code, kind, message, stack="", details=None, cause=None, outcome=None, errors=None, hop=None):
        """An error made by the runtime; `outcome` is the number that travels, None: what the code says."""
        error = ErrorGroup(message, errors, details) if errors else Error(message, details)
        error.details = details
        error.code = code
        error.type = kind
        error.stack = stack
        error.__cause__ = cause
        error._received = True
        error._outcome = outcome
        error._hop = hop
        return error

    def error_from_outside(*parts):
        """An error that came from another object. Raised on, it is an exception of this object, which Java makes of it."""
        error = new_error(*parts)
        error._outside = True
        return error

    def plain_fields(error):
        tree = [MAP]
        for key, value in vars(error).items():
            if not key.startswith("_") and (value is None or type(value) in (bool, str) or type(value) is int and abs(value) < 1 << 63):
                tree += [key, clean(value) if type(value) is str else value]
        return tree

    def clean(text):
        return text.encode("utf-8", "replace").decode()

    def stack_of(error):
        """The frames of the artifact and the library, innermost first."""
        lines = []
        at = error.__traceback__
        while at is not None:
            code = at.tb_frame.f_code
            if not code.co_filename.startswith("amino:"):
                lines.append(f"at {code.co_qualname} ({code.co_filename.removeprefix('/artifact/')}:{at.tb_lineno})")
            at = at.tb_next
        return "\n".join(reversed(lines))

    class Room:
        """How many more errors travel within one."""

        left = ERRORS

        def take(self, wanted):
            taken = min(wanted, self.left)
            self.left -= taken
            return taken

    def flatten_error(error, visit, levels=LEVELS, room=None):
        room = room or Room()
        behind = error.__cause__
        cause = flatten_error(behind, visit, levels - 1, room) if behind is not None and levels and room.take(1) else None
        members = error.exceptions if isinstance(error, BaseExceptionGroup) and levels else ()
        errors = [flatten_error(member, visit, levels - 1, room) for member in members[: room.take(len(members))]] or None
        if isinstance(error, Error):
            code, kind = (error.code, error.type) if error._received else (GUEST, type(error).__name__)
            # The frames of an error from outside are those of the other object, or none.
            stack = error.stack if error._outside else error.stack or stack_of(error)
            return [ERROR, code, kind, clean(error.message), stack, visit(error.details), cause, error._outcome, errors, visit(error._hop)]
        return [ERROR, GUEST, type(error).__name__, clean(amino.text_of(error)), stack_of(error), plain_fields(error), cause, RAN, errors, None]

    def describe_thrown(error):
        def visit(value):
            try:
                return amino.flatten(value, "details")
            except Exception:
                return [MAP]

        outside = isinstance(error, Error) and error._outside
        return [*flatten_error(error, visit), outside, stack_of(error) if outside else ""]

    class Raised:
        """What Java hands back when a call failed."""

        def __init__(self, error):
            self.error = error

    def settle(outcome):
        if type(outcome) is Raised:
            raise outcome.error
        return outcome

    def flatten_arguments(values):
        return [amino.flatten(value, f"args[{i}]") for i, value in enumerate(values)]

    def flatten_named(named):
        return [part for name, value in named.items() for part in (name, amino.flatten(value, name))]

    class Reference:
        """Another object: its methods are called as one's own, and block until the answer comes."""

        __slots__ = ("_target", "__weakref__")
        __module__ = "amino"
        __qualname__ = "Reference"

        def __init__(self, *target):
            object.__setattr__(self, "_target", target)

        def __getattr__(self, name):
            if name.startswith("__"):
                raise AttributeError(name)

            def call(*args, **named):
                trees = flatten_arguments(args)
                return settle(outside(ask, self._target[0], name, trees, flatten_named(named), around()))

            call.__name__ = name
            return call

        def __setattr__(self, name, value):
            """Sets a property of the object, and waits until it is set."""
            settle(outside(ask, self._target[0], f"{name}=", flatten_arguments((value,)), [], around()))

        def __eq__(self, other):
            return isinstance(other, Reference) and other._target[0] == self._target[0]

        def __hash__(self):
            return hash(self._target[0])

        def __repr__(self):
            return f"<reference to {self._target[1] or 'object'} {self._target[0]}>"

        def __reduce__(self):
            return Reference, self._target

    owners = {}

    def own(instance, object_id):
        owners[id(instance)] = (instance, object_id)

    def forget(instance):
        owners.pop(id(instance), None)

    def reference_of(value):
        if type(value) is Reference:
            return [REFERENCE, *value._target]
        owner = owners.get(id(value))
        return None if owner is None else [REFERENCE, owner[1], amino.class_name, 0, None]

    def attribute(name):
        if name == "self":
            object_id = own_id()
            return None if object_id is None else Reference(str(object_id), amino.class_name, 0, None)
        raise AttributeError(f"module 'amino' has no attribute {name!r}")

    def get(name):
        """A reference to the object registered under a name."""
        return settle(find(str(name)))

    def create(name, *args, **named):
        """A reference to a new instance of what is registered under a name."""
        return settle(outside(make, str(name), flatten_arguments(args), flatten_named(named)))

    def get_or_create(kind, key, *args, **named):
        """A reference to the object of a kind and a key, which is made if nobody has it. Without arguments those of the kind are taken."""
        return settle(outside(demand, str(kind), str(key), flatten_arguments(args), flatten_named(named)))

    def read_only(member):
        """Marks a member that does not change its object."""
        member.__amino_read_only__ = True
        return member

    values = (amino.Timestamp, amino.Duration, amino.Named, amino.register)
    for thing in (Error, Reference, get, create, get_or_create, read_only, amino.transaction, amino.transact, *values):
        vars(shared)[thing.__name__] = thing
    vars(shared)["__getattr__"] = attribute
    sys.modules["amino"] = shared

    amino.class_name = None
    amino.build.reference = Reference
    amino.build.error = error_from_outside
    amino.build.raised = Raised
    amino.new_error = new_error
    amino.flatten_error = flatten_error
    amino.describeThrown = describe_thrown
    amino.reference_of = reference_of
    amino.Reference = Reference
    amino.own = own
    amino.settle = settle
    amino.forget = forget
    amino.owners = owners


globals().pop("_amino_prelude")
