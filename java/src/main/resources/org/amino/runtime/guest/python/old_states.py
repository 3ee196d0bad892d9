"""States of the formats `values` and `pickle`, which older kernels wrote into checkpoints."""


def _amino_prelude(host, amino):
    LOSSY = "amino.lossy"

    def fill(instance, fields):
        for name, value in fields.items():
            if amino.offered.cls is None:
                setattr(instance, name, value)
            else:
                object.__setattr__(instance, name, value)
        return instance

    def restore(kind, data, blank):
        """The instance that an old state holds."""
        if kind == "values":
            return fill(blank(), data["fields"])
        if kind != "pickle":
            raise amino.invalid(f"a state of format {kind} cannot be restored in Python")
        import pickle

        loaded = pickle.loads(data)
        lossy = type(loaded) is tuple and len(loaded) == 2 and loaded[0] == LOSSY
        return fill(blank(), loaded[1]) if lossy else loaded

    amino.restore_old = restore


globals().pop("_amino_prelude")
