"""Classes, functions, modules and sentinels by name: what a state names instead of holding it."""


def _amino_prelude(host, amino):
    import builtins
    import sys

    # Taken once: a guest that changes the built-ins changes nothing here, and a closure is read quickly.
    getattr, isinstance, list, map, tuple, type, vars = (
        builtins.getattr,
        builtins.isinstance,
        builtins.list,
        builtins.map,
        builtins.tuple,
        builtins.type,
        builtins.vars,
    )

    OFFERED = "#"
    # Where the engine keeps another half of a module under a name that only the engine has.
    PUBLIC = {"_pydatetime": "datetime", "_pydecimal": "decimal"}
    FUNCTION_KINDS = tuple(
        dict.fromkeys(map(type, (lambda: None, len, str.upper, str.__add__, dict.__dict__["fromkeys"])))
    )
    module_type = type(sys)
    missing = object()

    def lookup(name):
        """The object that has a name, imported where it is not yet; `missing` where nothing has it."""
        if name == OFFERED:
            return missing if amino.offered.cls is None else amino.offered.cls
        module, _, path = name.partition("#")
        if module not in sys.modules:
            try:
                __import__(module)
            except ImportError:
                return missing
        found = sys.modules[module]
        for part in path.split(".") if path else ():
            found = found.__dict__.get(part, missing) if isinstance(found, (module_type, type)) else missing
            # What a class holds for its instances is a descriptor around the function.
            if isinstance(found, (staticmethod, classmethod)):
                found = found.__func__
            if found is missing:
                return inherited(module, path)
        return found

    def inherited(module, path):
        """A method of a built-in class, which the class may have from another."""
        found = sys.modules[module]
        for part in path.split("."):
            try:
                found = getattr(found, part, missing)
            except Exception:
                return missing
        return found

    def find(name):
        found = lookup(name)
        if found is missing:
            what = name.replace("#", ".")
            raise amino.invalid(
                f"the state holds {what}, which the artifact does not have; add it, or register the artifact "
                "that the state comes from"
            )
        return found

    def name_of(value):
        """The name of a class, function or module under which it is found again, or None."""
        if value is amino.offered.cls:
            return OFFERED
        if isinstance(value, module_type):
            name = value.__name__
            return f"{name}#" if sys.modules.get(name) is value else None
        name = getattr(value, "__qualname__", None)
        if type(name) is not str or "<" in name:
            return None
        module = (
            getattr(value, "__module__", None)
            or getattr(getattr(value, "__objclass__", None), "__module__", None)
            or "builtins"
        )
        module = PUBLIC.get(module, module)
        for place in (module, "types"):
            if place in sys.modules and lookup(f"{place}#{name}") is value:
                return f"{place}#{name}"
        return constant(value, sys.modules.get("types"))

    def constant(value, module):
        """The name of a class of the engine that Python's library calls otherwise, such as the class of None."""
        for name, each in vars(module).items() if module is not None else ():
            if each is value:
                return f"types#{name}"
        return None

    def of_artifact(module):
        place = getattr(module, "__file__", None)
        return type(place) is str and place.startswith("/artifact/")

    def constants(cls):
        """Names of a class's objects at the top of modules, by id: of plain objects anywhere, else at its home."""
        found = {}
        for name, module in list(sys.modules.items()):
            if isinstance(module, module_type) and (cls is object or name == cls.__module__ or of_artifact(module)):
                for key, value in list(vars(module).items()):
                    if type(value) is cls:
                        found.setdefault(id(value), f"{name}#{key}")
        return found

    amino.find = find
    amino.lookup = lookup
    amino.missing = missing
    amino.name_of = name_of
    amino.constants = constants
    amino.function_kinds = (*FUNCTION_KINDS, amino.served_kind)
    amino.module_type = module_type


globals().pop("_amino_prelude")
