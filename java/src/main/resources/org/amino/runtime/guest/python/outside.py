"""Variables that the functions of the artifact change and that no object has: of modules and of classes.

The engine's parser says what the functions change by which names (PythonVariables); here it is asked what stands there.
"""


def _amino_prelude(host, amino):
    import builtins
    import sys
    from collections import deque

    hasattr, isinstance, issubclass, type, vars = (
        builtins.hasattr,
        builtins.isinstance,
        builtins.issubclass,
        builtins.type,
        builtins.vars,
    )
    changes_of, text_of, installed = host.changes, host.read, host.installed
    ROOT = "/artifact/"
    CONTAINERS = (list, dict, set, bytearray, deque)
    module_type = type(sys)
    MISSING = object()

    def static(value, name):
        """What an object, a class or a module has under a name, without running code of it."""
        if isinstance(value, type):
            for base in type.mro(value) if value is not type else ():
                if name in vars(base):
                    return vars(base)[name]
            return MISSING
        try:
            fields = object.__getattribute__(value, "__dict__")
        except AttributeError:
            return MISSING
        return fields.get(name, MISSING) if type(fields) is dict else MISSING

    class Place:
        """Where a way leads: what stands there, how it is called, whether a class has it.

        `field` is the class and the name of a field that would hide it, if the object had such a one.
        """

        def __init__(self, value, text, of_class=False, field=None):
            self.value = value
            self.text = text
            self.of_class = of_class
            self.field = field

        def step(self, name):
            if name == "*":
                return Place(MISSING, self.text, self.of_class, self.field)
            value = MISSING if self.value is MISSING else static(self.value, name)
            of_class = self.of_class or isinstance(self.value, type)
            return Place(value, f"{self.text}.{name}", of_class, self.field)

    class Reading:
        """One module. `own` says that its variables are the object's."""

        def __init__(self, module, file, own):
            self.top = vars(module)
            self.file = file
            self.own = own
            told = [str(part) for part in changes_of(text_of(ROOT + file))]
            self.changes, fields, called, mentioned = [part.split("\n") if part else [] for part in told]
            self.called, self.mentioned = set(called), set(mentioned)
            self.fields = [(self.cls(words[0]), words[1]) for words in (line.split(" ") for line in fields)]

        def cls(self, names):
            """A class of the module by its names, or None."""
            first, *others = names.split(".")
            value = self.top.get(first, MISSING)
            for name in others:
                value = static(value, name)
            return value if isinstance(value, type) else None

        def place(self, words):
            """Where the words of a way lead, or None: to nothing that outlives the call, or to a field of the object."""
            root, names = words[0], words[1:]
            kind, _, classes = root.partition(":")
            if not classes:
                value = self.top.get(root, MISSING)
                if value is MISSING:
                    return None
                place = Place(value, value.__name__ if isinstance(value, type) else root)
            else:
                cls = self.cls(classes)
                # The parts of a metaclass's objects are classes, which are made while modules are loaded.
                if cls is None or issubclass(cls, type):
                    return None
                place = Place(cls, cls.__name__)
                if kind == "self":
                    if not names or static(cls, names[0]) is MISSING:
                        return None
                    place.field = (cls, names[0])
            for name in names:
                place = place.step(name)
            return place

        def found(self, line):
            """`(row, function, field)` of a change, or None."""
            what, function, number, *words = line.split(" ")
            if what == "variable":
                return None if self.own else ([words[0], "MODULE", self.file, int(number)], function, None)
            last = words.pop() if what == "attribute" else None
            place = self.place(words)
            if place is None or not self.counts(what, place):
                return None
            if last is not None and not place.field:
                if isinstance(place.value, amino.Reference):
                    return None
                place = place.step(last)
            if self.own and not place.of_class and "." not in place.text:
                return None
            return [place.text, "CLASS" if place.of_class else "MODULE", self.file, int(number)], function, place.field

        def counts(self, what, place):
            if what == "container":
                return isinstance(place.value, CONTAINERS)
            if what == "iterator":
                return place.value is not MISSING and hasattr(type(place.value), "__next__")
            return True

    def is_field(readings, field):
        """Whether a method of the class, or of one above or below it, gives its objects that field."""
        if field is None:
            return False
        cls, name = field
        return any(
            given == name and other is not None and (issubclass(other, cls) or issubclass(cls, other))
            for reading in readings
            for other, given in reading.fields
        )

    def readings_of(cls):
        foreign = set(str(installed()).split("\n"))
        for module in list(sys.modules.values()):
            path = getattr(module, "__file__", None) if type(module) is module_type else None
            if type(path) is not str or not path.startswith(ROOT) or not path.endswith(".py"):
                continue
            file = path[len(ROOT) :]
            if file.partition("/")[0].removesuffix(".py") not in foreign:
                yield Reading(module, file, cls is None and module is amino.offered.module)

    def outside():
        """`[name, sort, file, line]` of each variable."""
        cls = amino.offered.cls
        if cls is not None and hasattr(cls, "amino_save") and hasattr(cls, "amino_load"):
            return []
        readings = list(readings_of(cls))
        loading = set().union(*(reading.called for reading in readings))
        loading -= set().union(*(reading.mentioned for reading in readings))
        rows = {}
        for reading in readings:
            for line in reading.changes:
                found = reading.found(line)
                if found is None or found[1] in loading or is_field(readings, found[2]):
                    continue
                rows.setdefault(found[0][0], found[0])
        return sorted(rows.values(), key=lambda row: (row[2], row[3]))

    amino.outside = outside


globals().pop("_amino_prelude")
