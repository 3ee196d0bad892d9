"""The treatment of the values of one class: found once, then used for each value."""


def _amino_prelude(host, amino):
    import builtins
    import sys

    # Taken once: a guest that changes the built-ins changes nothing here, and a closure is read quickly.
    hasattr, isinstance, issubclass, type, vars = (
        builtins.hasattr,
        builtins.isinstance,
        builtins.issubclass,
        builtins.type,
        builtins.vars,
    )

    by_name, by_class = amino.kinds_by_name, amino.kinds_by_class
    # Their content is all. The engine puts names of modules into what methods have beside it.
    BARE = ("reduce", "enum", "hooks", "method", "built-in method", "method wrapper", "pattern")
    # Made anew without asking for their class, which has no name in some versions of Python.
    NAMELESS = ("module", "lock", "reentrant lock")
    # What a decorator makes of a function stands where the function stood.
    WRAPPERS = ("_lru_cache_wrapper",)
    # Written in another language, yet without anything inside: what their subclasses hold is in attributes.
    HOLLOW = ("typing#Generic", "_typing#Generic")
    HOOKS = "give the class amino_save and amino_load"
    REASONS = {
        "generator": "it stands in the midst of its code",
        "coroutine": "it stands in the midst of its code",
        "async_generator": "it stands in the midst of its code",
        "frame": "it is code that runs",
        "traceback": "it is code that runs",
        "weakref": "a weak reference keeps nothing",
        "ReferenceType": "a weak reference keeps nothing",
        "mappingproxy": "Python does not say which dict is behind it; keep the dict",
        "dict_keys": "Python does not say which dict is behind it; keep the dict",
        "dict_values": "Python does not say which dict is behind it; keep the dict",
        "dict_items": "Python does not say which dict is behind it; keep the dict",
        "TextIOWrapper": "an open file belongs to the process",
        "Match": "Python cannot make it without searching; keep its groups",
    }

    class Plan:
        """One class: its kind, name, descriptors of what its values have beside their `__dict__`."""

        __slots__ = ("alike", "cls", "fixed", "key", "kind", "last", "name", "named", "owned", "plain", "why", "with_dict")

        def __init__(self, cls):
            self.cls = cls
            self.kind = None
            self.name = None
            self.fixed = {}
            self.named = False
            self.owned = False
            self.plain = False
            # Whether all that its values have is in their `__dict__`.
            self.alike = False
            # The layout seen last, and the shape that goes with it: only of plain objects.
            self.last = None
            self.key = None
            self.why = None
            self.with_dict = True

    def kind_of(cls):
        """The kind of a class, and the first class of Python's own among its bases."""
        solid = None
        for base in cls.__mro__:
            found = by_class.get(base) or by_class.get(f"{base.__module__}#{base.__qualname__}")
            if found is not None and (solid is None or found.extras is not None):
                return found, solid or base
            if not amino.written_in_python(base) and f"{base.__module__}#{base.__qualname__}" not in HOLLOW:
                solid = solid or base
        return None, solid or object

    def slots_of(cls):
        """Descriptors of `__slots__` by name, the class's own first. A hidden one has its base's name, too."""
        found = {}
        for base in cls.__mro__:
            slots = vars(base).get("__slots__", ()) if amino.written_in_python(base) else ()
            for name in (slots,) if isinstance(slots, str) else slots:
                mangled = (
                    f"_{base.__name__.lstrip('_')}{name}" if name.startswith("__") and not name.endswith("__") else name
                )
                if mangled in ("__dict__", "__weakref__"):
                    continue
                descriptor = vars(base).get(mangled)
                if hasattr(descriptor, "__set__"):
                    found[mangled if mangled not in found else f"{mangled}@{base.__qualname__}"] = descriptor
        return found

    def fixed_of(cls, kind):
        fixed = slots_of(cls)
        for base, name in kind.extras(cls) if kind.extras is not None else ():
            if hasattr(base, name):
                fixed[name] = getattr(base, name)
        return fixed

    def is_enum(cls):
        enum = sys.modules.get("enum")
        return enum is not None and issubclass(cls, enum.Enum)

    def choose(cls):
        """The kind, by what the class is; None with a reason where there is none."""
        if is_enum(cls):
            return by_name["enum"]
        found, base = kind_of(cls)
        if amino.written_in_python(cls) and amino.has_hooks(cls):
            return by_name["hooks"]
        if found is None:
            return by_name["reduce"] if amino.trusted_protocol(base) else None
        return by_name["reduce"] if amino.own_protocol(cls, base) else found

    def plan_of(cls):
        plan = Plan(cls)
        plan.named = (
            issubclass(cls, (type, amino.module_type)) or cls in amino.function_kinds or cls.__name__ in WRAPPERS
        )
        if plan.named:
            return plan
        plan.kind = choose(cls)
        if plan.kind is None:
            reason = REASONS.get(cls.__name__, "Python cannot say what is in it")
            plan.why = (
                f"{reason}; keep what it was made from, or {HOOKS}" if ";" not in reason else f"{reason}, or {HOOKS}"
            )
            return plan
        protocol = plan.kind.name in ("reduce", "enum")
        plan.name = "" if plan.kind.name in NAMELESS else amino.name_of(cls)
        if plan.name is None and not (protocol and not amino.written_in_python(cls)):
            plan.why = "its class stands in no module; define it at the top level of one"
        plan.plain = plan.kind.name == "object"
        plan.with_dict = plan.kind.name not in BARE
        plan.fixed = fixed_of(cls, plan.kind) if plan.with_dict else {}
        offered = amino.offered.cls
        plan.alike = plan.plain and plan.why is None and not plan.fixed
        plan.owned = offered is not None and issubclass(cls, offered)
        return plan

    amino.Plan = Plan
    amino.plan_of = plan_of
    amino.fixed_of = fixed_of
    amino.HOOKS_REMEDY = HOOKS


globals().pop("_amino_prelude")
