"""Modules of Python's library that stand on native code, as far as they can be had without it.

Others import them at their top; what needs the native code says so when it is used. The engine gives some of them to the
first context of a process only: here all contexts are alike.
"""


def _amino_prelude(host, amino):
    import sys

    PAGE = "docs/guests.md says what there is"
    # What the simple types of `ctypes` are: a format of `struct`.
    FORMATS = {
        "byte": "b",
        "ubyte": "B",
        "short": "h",
        "ushort": "H",
        "int": "i",
        "uint": "I",
        "long": "q",
        "ulong": "Q",
        "longlong": "q",
        "ulonglong": "Q",
        "int8": "b",
        "uint8": "B",
        "int16": "h",
        "uint16": "H",
        "int32": "i",
        "uint32": "I",
        "int64": "q",
        "uint64": "Q",
        "size_t": "Q",
        "ssize_t": "q",
        "float": "f",
        "double": "d",
        "bool": "?",
        "char": "c",
        "void_p": "Q",
    }

    def needs_native(what):
        return NotImplementedError(f"{what} needs native code, which objects do not have; {PAGE}")

    def fill_bz2(module):
        class Refused:
            def __new__(cls, *args, **named):
                raise needs_native(f"bz2.{cls.__name__}")

        for name in ("BZ2Compressor", "BZ2Decompressor"):
            setattr(module, name, type(name, (Refused,), {"__module__": "_bz2", "__qualname__": name}))

    def simple_type(name, form):
        import struct

        packing = struct.Struct(f"<{form}")
        whole, width = form in "bBhHiIqQ", 8 * packing.size
        signed = form.islower()

        def wrap(value):
            if not whole:
                return packing.unpack(packing.pack(value))[0]
            bits = int(value) & ((1 << width) - 1)
            return bits - (1 << width) if signed and bits >> (width - 1) else bits

        class Simple:
            __slots__ = ("_value",)

            def __init__(self, value=None):
                self._value = packing.unpack(bytes(packing.size))[0]
                if value is not None:
                    self.value = value

            @property
            def value(self):
                return self._value

            @value.setter
            def value(self, value):
                if whole and not isinstance(value, int):
                    raise TypeError(f"an integer is required (got type {type(value).__name__})")
                self._value = wrap(value)

            def __repr__(self):
                return f"{name}({self._value!r})"

        Simple.__name__ = Simple.__qualname__ = name
        Simple.__module__ = "ctypes"
        Simple._amino_size_ = packing.size
        return Simple

    def fill_ctypes(module):
        for name, form in FORMATS.items():
            setattr(module, f"c_{name}", simple_type(f"c_{name}", form))

        def sizeof(of):
            size = getattr(of, "_amino_size_", None)
            if size is None:
                raise TypeError("this type has no size")
            return size

        def absent(name):
            raise AttributeError(f"ctypes.{name} needs native code, which objects do not have; {PAGE}")

        sizeof.__module__ = "ctypes"
        module.sizeof = sizeof
        module.__getattr__ = absent

    def refuse(why):
        def fill(module):
            raise ImportError(f"{module.__name__} is not in the sandbox: {why}; {PAGE}", name=module.__name__)

        return fill

    NO_TERMINAL = "an object has no terminal"
    NATIVE = "it has parts in native code, which objects may run only where the kernel's operator says so (--allow native)"
    FILLED = {
        "_bz2": fill_bz2,
        "ctypes": fill_ctypes,
        "termios": refuse(NO_TERMINAL),
        "pyexpat": refuse(NATIVE),
        "_sqlite3": refuse(NATIVE),
        "stringprep": refuse("it needs the tables of an old version of Unicode, which are native code"),
    }

    class Filling:
        """The loader of such a module."""

        @staticmethod
        def create_module(spec):
            return None

        @staticmethod
        def exec_module(module):
            FILLED[module.__name__](module)

    class Substitutes:
        """Finds these modules before the library's own."""

        @staticmethod
        def find_spec(name, path=None, target=None):
            if name not in FILLED:
                return None
            from importlib.machinery import ModuleSpec

            return ModuleSpec(name, Filling, origin="amino")

    # Taken once: nothing that a guest can look into leads to `host`.
    ask, find_name = host.unicodeFact, host.unicodeLookup

    def checked(text):
        if not isinstance(text, str) or len(text) != 1:
            raise TypeError("need a single Unicode character as parameter")
        return ord(text)

    def number_of(fact, word):
        missing = object()

        def find(text, default=missing):
            found = ask(fact, checked(text))
            if found != "":
                return found
            if default is missing:
                raise ValueError(f"not a {word}")
            return default

        return find

    def text_of(fact):
        return lambda text: str(ask(fact, checked(text)))

    def lookup(name):
        found = str(find_name(str(name)))
        if found == "":
            raise KeyError(f"undefined character name '{name}'")
        return found

    def with_names(unicodedata):
        """The engine has only a part of the functions in itself; the others are asked of the JVM's library."""
        own = {
            "decimal": number_of("decimal", "decimal"),
            "digit": number_of("digit", "digit"),
            "numeric": number_of("numeric", "numeric character"),
            "combining": number_of("combining", ""),
            "mirrored": number_of("mirrored", ""),
            "east_asian_width": text_of("east_asian_width"),
            "decomposition": text_of("decomposition"),
            "lookup": lookup,
        }
        for name, function in own.items():
            function.__name__ = function.__qualname__ = name
            function.__module__ = "unicodedata"
            setattr(unicodedata, name, function)

    if not host.allows("native"):
        sys.meta_path.insert(0, Substitutes)
        amino.when_imported("unicodedata", with_names)


globals().pop("_amino_prelude")
