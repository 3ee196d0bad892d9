"""Classes that say themselves what their state is: by Python's protocol of pickling, or by `amino_save`."""


def _amino_prelude(host, amino):
    import builtins

    # Taken once: a guest that changes the built-ins changes nothing here, and a closure is read quickly.
    callable, getattr, hasattr, len, list, range, type, vars = (
        builtins.callable,
        builtins.getattr,
        builtins.hasattr,
        builtins.len,
        builtins.list,
        builtins.range,
        builtins.type,
        builtins.vars,
    )

    PROTOCOL = ("__reduce_ex__", "__reduce__", "__getstate__", "__setstate__", "__getnewargs__", "__getnewargs_ex__")
    NUMBER = 4
    # Built-in classes whose protocol gives all that they have. Of others Python may give an empty shell without a word.
    TRUSTED = frozenset(
        """builtins#iterator builtins#list_iterator builtins#tuple_iterator builtins#str_iterator
        builtins#str_ascii_iterator builtins#bytes_iterator builtins#range_iterator builtins#longrange_iterator
        builtins#bytearray_iterator builtins#list_reverseiterator builtins#arrayiterator array#arrayiterator
        builtins#enumerate builtins#zip builtins#map builtins#filter builtins#reversed itertools#count
        itertools#chain itertools#cycle itertools#islice itertools#repeat itertools#product itertools#accumulate
        itertools#combinations itertools#combinations_with_replacement itertools#compress itertools#dropwhile
        itertools#permutations itertools#starmap itertools#takewhile itertools#zip_longest itertools#pairwise
        operator#itemgetter operator#attrgetter operator#methodcaller types#GenericAlias""".split()
    )

    def reduced_parts(value):
        """What makes the value, what it is given, and what is put in afterwards."""
        try:
            answer = value.__reduce_ex__(NUMBER)
        except Exception as error:
            raise NotImplementedError(
                f"its protocol of pickling raised {type(error).__name__}: {error}; mend it"
            ) from None
        if type(answer) is str:
            return named_parts(value, answer)
        maker, given, state, items, pairs, setter = (*answer, None, None, None, None)[:6]
        items = None if items is None else list(items)
        pairs = None if pairs is None else [part for pair in pairs for part in pair]
        return maker, given, state, items, pairs, setter

    def named_parts(value, name):
        module = getattr(value, "__module__", None) or type(value).__module__
        if amino.lookup(f"{module}#{name}") is not value:
            raise NotImplementedError(
                f"its __reduce__ says {name!r}, but {module} has another object of this name; mend it"
            )
        return (f"{module}#{name}",)

    def make_reduced(cls, parts):
        return amino.find(parts[0]) if len(parts) == 1 else parts[0](*parts[1])

    def fill_reduced(value, parts):
        if not parts:
            return
        state, items, pairs, setter = parts
        if items is not None:
            value.extend(items) if hasattr(value, "extend") else [value.append(item) for item in items]
        if pairs is not None:
            for position in range(0, len(pairs), 2):
                value[pairs[position]] = pairs[position + 1]
        if state is None:
            return
        if setter is not None:
            setter(value, state)
        elif hasattr(value, "__setstate__"):
            value.__setstate__(state)
        else:
            set_plain(value, state)

    def set_plain(value, state):
        attributes, slots = state if type(state) is tuple and len(state) == 2 else (state, None)
        for name, item in (attributes or {}).items():
            value.__dict__[name] = item
        for name, item in (slots or {}).items():
            object.__setattr__(value, name, item)

    LABELS = ("its constructor", "its arguments", "its state", "its items", "its pairs", "its setter")
    amino.kind(
        [],
        "reduce",
        reduced_parts,
        make_reduced,
        fill_reduced,
        early=2,
        waits=True,
        proved=True,
        label=lambda position: f"<{LABELS[position]}>",
    )

    def saved_parts(value):
        return (value.amino_save(),)

    def load_saved(value, parts):
        value.amino_load(parts[0])

    def make_blank(cls, parts):
        return cls.__new__(cls)

    amino.kind(
        [],
        "hooks",
        saved_parts,
        make_blank,
        load_saved,
        waits=True,
        proved=True,
        label=lambda position: "<amino_save()>",
    )

    def own_protocol(cls, base):
        """Whether a class says itself what its state is, rather than the built-in class that it stands on."""
        if base is None:
            return True
        for each in cls.__mro__[: cls.__mro__.index(base)]:
            for name in PROTOCOL:
                if name in vars(each) and not made_for(each, vars(each)[name]):
                    return True
        return False

    def made_for(cls, member):
        """Whether Python's library put the member there: for named tuples, and for data classes with slots."""
        module = getattr(member, "__module__", None)
        return module == "dataclasses" or module in ("collections", "typing") and "_fields" in vars(cls)

    def has_hooks(cls):
        return callable(getattr(cls, "amino_save", None)) and callable(getattr(cls, "amino_load", None))

    def trusted(cls):
        return f"{cls.__module__}#{cls.__qualname__}" in TRUSTED

    amino.own_protocol = own_protocol
    amino.has_hooks = has_hooks
    amino.trusted_protocol = trusted


globals().pop("_amino_prelude")
