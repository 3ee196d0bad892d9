"""The state of an instance (docs/bridge.md, `snapshot`): what its class saves, or a table of all that it leads to."""


def _amino_prelude(host, amino):
    import builtins
    import sys

    # Taken once: a guest that changes the built-ins changes nothing here, and a closure is read quickly.
    any, callable, frozenset, hasattr, type, vars = (
        builtins.any,
        builtins.callable,
        builtins.frozenset,
        builtins.hasattr,
        builtins.type,
        builtins.vars,
    )

    # Shapes of which this context has restored an object: (kind, class, names).
    proven = set()
    ALWAYS = frozenset(name for name, kind in amino.kinds_by_name.items() if kind.proved)

    def is_data(name, value):
        """What of a module's globals is state: neither code nor imported."""
        return not name.startswith("__") and not callable(value) and type(value) is not type(sys)

    def fields_of(module):
        return {name: value for name, value in vars(module).items() if is_data(name, value)}

    def snapshot(instance):
        """`[format, tree, lost]`."""
        if hasattr(instance, "amino_save") and hasattr(instance, "amino_load"):
            return ["hooks", amino.flatten(instance.amino_save(), "state"), []]
        capture = amino.Capture(amino.Fields(fields_of(instance)) if amino.offered.cls is None else instance).run()
        if capture.lost:
            return lossy(capture)
        table = capture.table()
        shapes = frozenset(table.shapes)
        if not capture.risky and shapes <= proven and not any(shape[0] in ALWAYS for shape in shapes):
            return ["graph", table.tree(), []]
        fault = proof(capture, table)
        if fault is None:
            proven.update(shapes)
        return ["graph", table.tree(), [] if fault is None else [fault]]

    def rebuilding(table):
        return amino.Rebuild(table, amino.Fields({}) if amino.offered.cls is None else None)

    def lossy(capture):
        """The state without its lost parts. What cannot be made without one of them is lost, too."""
        while True:
            rebuild = rebuilding(capture.table())
            try:
                rebuild.run()
                break
            except Exception as error:
                if any(rebuild.at == number for number, _ in capture.lost):
                    break
                capture.forsake(rebuild.at, f"{raised(error)} without what is lost; {amino.HOOKS_REMEDY}")
        paths = amino.Paths(capture)
        return ["graph", capture.table().tree(), [paths.text(number, why) for number, why in capture.lost]]

    def raised(error):
        return f"restored for a trial, it raised {type(error).__name__}: {error}"

    def proof(capture, table):
        """Restores into an object that nobody owns and takes that apart: None where both are equal, else the fault."""
        rebuild = rebuilding(table)
        try:
            again = amino.Capture(rebuild.run()).run()
        except Exception as error:
            return amino.Paths(capture).text(rebuild.at, f"{raised(error)}; {amino.HOOKS_REMEDY}")
        number = table.difference(again.table())
        if number is None and not again.lost:
            return None
        why = f"restored for a trial, it was another; {amino.HOOKS_REMEDY}"
        return amino.Paths(capture).text((number or 0) + amino.FIRST_NODE, why)

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
        if kind == "graph":
            instance = amino.Rebuild(
                amino.read_table(data), amino.offered.module if amino.offered.cls is None else None
            ).run()
        else:
            instance = amino.restore_old(kind, data, blank)
        amino.own(instance, object_id)
        return instance

    amino.snapshot = snapshot
    amino.restore = restore


globals().pop("_amino_prelude")
