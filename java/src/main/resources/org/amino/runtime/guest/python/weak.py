"""References that keep nothing: in a call with fixed circumstances nobody sees what the collector has left of them (docs/guests.md)."""


def _amino_prelude(host, amino):
    import sys

    refuse, refused, when_imported = amino.refuse_fixed, amino.refused, amino.when_imported
    # All that tells which entries are left. Entries may be added, and by a key that lives they may be read.
    WEAK_VALUES = (
        "__contains__ __copy__ __deepcopy__ __delitem__ __eq__ __getitem__ __iter__ __len__ __or__ __repr__ __ror__ copy get items "
        "itervaluerefs keys pop popitem setdefault valuerefs values"
    )
    WEAK_KEYS = "__copy__ __deepcopy__ __eq__ __iter__ __len__ __or__ __repr__ __ror__ copy items keyrefs keys popitem values"
    BY_KEY = "__contains__ __delitem__ __getitem__ get pop setdefault"
    WEAK_SET = (
        "__and__ __eq__ __ge__ __gt__ __iand__ __iter__ __ixor__ __le__ __len__ __lt__ __or__ __reduce__ __repr__ __sub__ __xor__ copy "
        "difference intersection intersection_update isdisjoint issubset issuperset pop symmetric_difference "
        "symmetric_difference_update union"
    )
    BY_MEMBER = "__contains__ remove"

    def with_weak(weakref):
        from types import FunctionType

        own_ref = weakref.ref
        own_names = dict(vars(weakref))
        file = getattr(weakref, "__file__", None) or "<frozen weakref>"
        library = ("<frozen ", file[: file.rindex("weakref")])

        def by_library():
            """Whether Python's library makes a reference, for affairs of its own."""
            name = sys._getframe(2).f_code.co_filename
            return name.startswith(library) and not name.endswith(("weakref.py", "weakrefset.py", "weakref>", "weakrefset>"))

        class ref(own_ref):
            __slots__ = ()

            def __new__(cls, target, callback=None, /):
                if callback is not None and amino.is_fixed() and not by_library():
                    refuse("weakref.ref with a function to call")
                return own_ref.__new__(cls, target, callback)

            __call__ = refused("weakref.ref")(own_ref.__call__)
            __eq__ = refused("weakref.ref")(own_ref.__eq__)
            __ne__ = refused("weakref.ref")(own_ref.__ne__)
            __hash__ = own_ref.__hash__

        def named_as(cls, own):
            # States know it by its name.
            cls.__name__ = cls.__qualname__ = own.__name__
            cls.__module__ = own.__module__
            return cls

        def with_own_references(cls):
            """The collector calls functions of the library at any time: these look into references of their own."""
            for name, function in list(vars(cls).items()):
                if type(function) is FunctionType:
                    made = FunctionType(function.__code__, own_names, function.__name__, function.__defaults__, function.__closure__)
                    made.__kwdefaults__, made.__qualname__, made.__doc__ = function.__kwdefaults__, function.__qualname__, function.__doc__
                    setattr(cls, name, made)

        def by_key(own, title):
            """Whether an equal key was collected shows where keys are compared by more than their identity."""

            def function(self, key, *args):
                if amino.is_fixed() and type(key).__eq__ is not object.__eq__:
                    refuse(title)
                return own(self, key, *args)

            return function

        def kept(own, title, names, key_names=""):
            """A class in place of the library's, whose own instances of it stay what they are."""

            class Weak(own):
                def __new__(cls, *args, **kwargs):
                    if cls is Weak and by_library():
                        return own(*args, **kwargs)
                    return own.__new__(cls)

                def clear(self):
                    self.data.clear()

            for name in names.split():
                setattr(Weak, name, refused(title)(getattr(own, name)))
            for name in key_names.split():
                setattr(Weak, name, by_key(getattr(own, name), title))
            own_names[own.__name__] = Weak
            return named_as(Weak, own)

        for cls in (weakref.WeakMethod, weakref.WeakValueDictionary, weakref.WeakKeyDictionary):
            with_own_references(cls)
        weakref.WeakValueDictionary = kept(weakref.WeakValueDictionary, "weakref.WeakValueDictionary", WEAK_VALUES)
        weakref.WeakKeyDictionary = kept(weakref.WeakKeyDictionary, "weakref.WeakKeyDictionary", WEAK_KEYS, BY_KEY)
        weakref.WeakSet = kept(weakref.WeakSet, "weakref.WeakSet", WEAK_SET, BY_MEMBER)
        weakref.ref = named_as(ref, own_ref)
        weakref.WeakMethod.__call__ = refused("weakref.WeakMethod")(weakref.WeakMethod.__call__)
        finalize = weakref.finalize
        for name in ("__init__", "__call__", "detach", "peek"):
            setattr(finalize, name, refused("weakref.finalize")(getattr(finalize, name)))
        finalize.alive = property(refused("weakref.finalize")(finalize.alive.fget))
        for name in ("proxy", "getweakrefcount", "getweakrefs"):
            amino.serve(weakref, name, refused(f"weakref.{name}"))

    when_imported("weakref", with_weak)


globals().pop("_amino_prelude")
