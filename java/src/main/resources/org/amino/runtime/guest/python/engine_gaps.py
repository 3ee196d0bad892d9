"""What the engine does otherwise than Python says, where published packages stumble over it."""


def _amino_prelude(host, amino):
    def keeps_changes():
        """Whether a change of a function's `__kwdefaults__` in place counts, as Python's reference says."""

        def probe(*, a=None):
            return a

        probe.__kwdefaults__["a"] = 1
        return probe() == 1

    def with_wrapper(decorators):
        # Decorators of networkx put themselves into that dict. Here they are given it whole.
        call = decorators.argmap.__call__

        def wrapping(self, f):
            made = call(self, f)
            made.__kwdefaults__ = {**(f.__kwdefaults__ or {}), "_argmap__wrapper": made}
            return made

        if not keeps_changes():
            decorators.argmap.__call__ = wrapping

    amino.when_imported("networkx.utils.decorators", with_wrapper)


globals().pop("_amino_prelude")
