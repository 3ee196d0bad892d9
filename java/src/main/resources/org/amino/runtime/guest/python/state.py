"""The state of an instance (docs/bridge.md, `snapshot`): as values when its fields are such, else pickled."""


def _amino_prelude(host, amino):
    import sys

    ATOMS = (type(None), bool, int, float, str, bytes)
    LOSSY = "amino.lossy"

    def fields_of(instance):
        if amino.offered.cls is None:
            return {name: value for name, value in vars(instance).items() if is_data(name, value)}
        fields = dict(getattr(instance, "__dict__", {}))
        for base in type(instance).__mro__:
            slots = vars(base).get("__slots__", ())
            for name in (slots,) if isinstance(slots, str) else slots:
                mangled = f"_{base.__name__.lstrip('_')}{name}" if name.startswith("__") and not name.endswith("__") else name
                if mangled not in ("__dict__", "__weakref__") and hasattr(instance, mangled):
                    fields[mangled] = getattr(instance, mangled)
        return fields

    def is_data(name, value):
        """What of a module's globals is state: neither code nor imported."""
        return not name.startswith("__") and not callable(value) and type(value) is not type(sys)

    def plain(value):
        """Whether a value comes back from the wire exactly as it is."""
        waiting = [value]
        seen = set()
        while waiting:
            item = waiting.pop()
            kind = type(item)
            if kind in ATOMS or kind is amino.Reference:
                continue
            if kind not in (list, dict, set):
                return False
            if id(item) in seen:
                continue
            seen.add(id(item))
            if kind is dict:
                if not all(type(key) in ATOMS for key in item):
                    return False
                waiting.extend(item.values())
            else:
                waiting.extend(item)
        return True

    def customized(cls):
        return cls is not None and any(name in vars(base) for base in cls.__mro__[:-1] for name in ("__getstate__", "__reduce__", "__reduce_ex__", "__getnewargs__", "__getnewargs_ex__"))

    def snapshot(instance):
        """`[format, tree, lost]`."""
        if hasattr(instance, "amino_save") and hasattr(instance, "amino_load"):
            return ["hooks", amino.flatten(instance.amino_save(), "state"), []]
        cls = amino.offered.cls
        builtin_base = cls is not None and any(issubclass(cls, kind) for kind in (list, dict, set, int, str, bytes, tuple))
        fields = fields_of(instance)
        if plain(fields) and not customized(cls) and not builtin_base:
            return ["values", amino.flatten({"fields": fields}, ""), []]
        import pickle

        if cls is not None:
            try:
                return ["pickle", amino.flatten(pickle.dumps(instance, 5), "state"), []]
            except Exception:
                pass
        kept, lost = {}, []
        for name, value in fields.items():
            try:
                pickle.dumps(value, 5)
                kept[name] = value
            except Exception as error:
                lost.append(f"{name} ({type(value).__name__}: {error})")
        return ["pickle", amino.flatten(pickle.dumps((LOSSY, kept), 5), "state"), lost]

    def blank():
        cls = amino.offered.cls
        return amino.offered.module if cls is None else cls.__new__(cls)

    def restore(object_id, kind, data):
        """An instance with the state that a snapshot holds; its constructor does not run."""
        if kind == "hooks":
            instance = blank()
            amino.own(instance, object_id)
            instance.amino_load(data)
            return instance
        if kind == "values":
            instance = fill(blank(), data["fields"])
        elif kind == "pickle":
            import pickle

            loaded = pickle.loads(data)
            lossy = type(loaded) is tuple and len(loaded) == 2 and loaded[0] == LOSSY
            instance = fill(blank(), loaded[1]) if lossy else loaded
        else:
            raise amino.invalid(f"a state of format {kind} cannot be restored in Python")
        amino.own(instance, object_id)
        return instance

    def fill(instance, fields):
        for name, value in fields.items():
            if amino.offered.cls is None:
                setattr(instance, name, value)
            else:
                object.__setattr__(instance, name, value)
        return instance

    amino.snapshot = snapshot
    amino.restore = restore


globals().pop("_amino_prelude")
