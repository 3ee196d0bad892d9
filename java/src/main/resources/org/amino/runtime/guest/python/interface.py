"""What an artifact offers: imports it, finds its class (or its functions), describes the members, makes instances."""


def _amino_prelude(host, amino):
    import sys

    kind_of, text_of = host.kind, host.read

    HOOKS = ("amino_save", "amino_load")
    VARARGS, VARKEYWORDS = 0x04, 0x08
    function_type = type(lambda: None)

    class Offered:
        """The class, or the module where the artifact is functions."""

        cls = None
        module = None
        members = {}

    offered = Offered()

    def refuse(message):
        return amino.new_error("ARTIFACT_INVALID", "ArtifactInvalid", message)

    def clean_doc(doc):
        return "" if doc is None else "\n".join(line.strip() for line in doc.strip().splitlines())

    def signature(function, bound):
        """Parameters, the most and the least number of positional arguments (−1: any number or unknown)."""
        code = getattr(function, "__code__", None)
        if code is None:
            return [], -1, 0
        names = list(code.co_varnames[: code.co_argcount])[1 if bound else 0 :]
        required = max(0, len(names) - len(function.__defaults__ or ()))
        if hasattr(function, "__wrapped__"):
            inner, _, _ = signature(function.__wrapped__, bound)
            return inner, -1, 0
        keywords = list(code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount])
        rest = code.co_flags & VARARGS != 0
        return names + keywords, -1 if rest else len(names), required

    def function_of(attribute):
        """The function behind a class attribute, and whether it takes the instance."""
        if isinstance(attribute, staticmethod):
            return attribute.__func__, False
        if isinstance(attribute, classmethod):
            return attribute.__func__, True
        return attribute, True

    def row(name, function, bound, read_only):
        parameters, arity, required = signature(function, bound)
        marked = name in read_only or getattr(function, "__amino_read_only__", False) is True
        return [name, arity, required, marked, parameters, clean_doc(getattr(function, "__doc__", None)), False]

    def property_rows(name, attribute, read_only):
        """The members that read and set a property; none where the attribute is no property."""
        cached = type(attribute).__name__ == "cached_property"
        if not cached and not isinstance(attribute, property):
            return {}
        read, write = (attribute.func, None) if cached else (attribute.fget, attribute.fset)
        rows = {}
        if read is not None:
            rows[name] = [*row(name, read, True, read_only)[:6], True]
        if write is not None:
            rows[f"{name}="] = [f"{name}=", 1, 1, False, ["value"], clean_doc(getattr(write, "__doc__", None)), True]
        return rows

    def public(name):
        return not name.startswith("_") and name not in HOOKS

    def class_rows(cls):
        rows, seen = {}, set()
        read_only = {name for base in cls.__mro__ for name in vars(base).get("__read_only__", ())}
        for base in cls.__mro__:
            if base is object:
                continue
            for name, attribute in vars(base).items():
                if not public(name) or name in seen:
                    continue
                seen.add(name)
                function, bound = function_of(attribute)
                if callable(function) and not isinstance(function, type):
                    rows[name] = row(name, function, bound, read_only)
                else:
                    rows.update(property_rows(name, attribute, read_only))
        return rows

    def function_rows(module):
        read_only = set(getattr(module, "__read_only__", ()))
        names = getattr(module, "__all__", None) or [n for n, v in vars(module).items() if type(v) is function_type and v.__module__ == module.__name__]
        return {name: row(name, getattr(module, name), False, read_only) for name in names if public(name) and callable(getattr(module, name))}

    def only_class(module):
        own = [v for n, v in vars(module).items() if isinstance(v, type) and v.__module__ == module.__name__ and not n.startswith("_")]
        plain = [cls for cls in own if not issubclass(cls, BaseException)]
        leaves = [cls for cls in plain if not any(other is not cls and issubclass(other, cls) for other in plain)]
        if len(leaves) <= 1:
            return leaves[0] if leaves else None
        short = module.__name__.rpartition(".")[2].replace("_", "").lower()
        for cls in leaves:
            if cls.__name__.lower() == short:
                return cls
        names = ", ".join(cls.__name__ for cls in leaves)
        raise refuse(f"several classes ({names}): set __amino__ to one, or name it (option class; on the command line --class)")

    def choose(module, class_name):
        if class_name is not None:
            cls = getattr(module, class_name, None)
            if not isinstance(cls, type):
                raise refuse(f"it has no class {class_name}")
            return cls
        chosen = getattr(module, "__amino__", None)
        return chosen if chosen is not None else only_class(module)

    def load(entry):
        """Imports the entry under the name that the artifact's own code would import it by."""
        folder, _, file = entry.rpartition("/")
        name = file.removesuffix(".py")
        if "/artifact" not in sys.path:
            sys.path.insert(0, "/artifact")
        package = folder.replace("/", ".") if folder and all(kind_of(f"/artifact/{p}/__init__.py") for p in parents(folder)) else None
        if name == "__init__" and package:
            name = package
        elif package:
            name = f"{package}.{name}"
        elif folder:
            sys.path.insert(0, f"/artifact/{folder}")
        if name in sys.modules:
            return load_aside(f"artifact_{name}", f"/artifact/{entry}")
        __import__(name)
        return sys.modules[name]

    def parents(folder):
        parts = folder.split("/")
        return ["/".join(parts[: i + 1]) for i in range(len(parts))]

    def load_aside(name, path):
        """For a file that is called like a module which is loaded already."""
        module = type(sys)(name)
        module.__file__ = path
        sys.modules[name] = module
        exec(compile(text_of(path), path, "exec"), module.__dict__)
        return module

    def offer(entry, class_name):
        module = load(entry)
        offered.module = module
        offered.cls = choose(module, class_name)
        if offered.cls is not None:
            rows = class_rows(offered.cls)
            init = vars_of(offered.cls, "__init__")
            parameters, arity, required = signature(init, True) if init is not None else ([], 0, 0)
            name, doc = offered.cls.__name__, clean_doc(offered.cls.__doc__)
        else:
            rows = function_rows(module)
            parameters, arity, required = [], 0, 0
            name, doc = module.__name__, clean_doc(module.__doc__)
            if not rows:
                raise refuse("it offers neither a class nor functions")
        offered.members = rows
        amino.class_name = name
        return [name, doc, parameters, arity, required, [rows[key] for key in sorted(rows)]]

    def vars_of(cls, name):
        for base in cls.__mro__:
            if base is object:
                return None
            if name in vars(base):
                return vars(base)[name]
        return None

    def make(object_id, instance):
        amino.own(instance, object_id)
        return instance

    def create(object_id, *args):
        return make(object_id, offered.module if offered.cls is None else offered.cls(*args))

    def create_named(object_id, args, names, values):
        check_names(vars_of(offered.cls, "__init__"), True, args, names)
        return make(object_id, offered.cls(*args, **dict(zip(names, values))))

    def call_named(function, args, names, values):
        plain = getattr(function, "__func__", function)
        check_names(plain, plain is not function, args, names)
        return function(*args, **dict(zip(names, values)))

    def check_names(function, bound, args, names):
        code = getattr(function, "__code__", None)
        if code is None:
            return
        known, _, required = signature(function, bound)
        positional = known[: code.co_argcount - (1 if bound else 0)]
        unknown = [] if code.co_flags & VARKEYWORDS else [name for name in names if name not in known]
        twice = [name for name in names if name in positional[: len(args)]]
        missing = [name for name in positional[len(args) : required] if name not in names]
        for what, which in (("has no parameter", unknown), ("is given twice", twice), ("lacks", missing)):
            if which:
                message = f"a call of {function.__qualname__}({', '.join(known)}) {what} {', '.join(which)}"
                raise amino.new_error("ARGUMENT_INVALID", "ArgumentInvalid", message)

    def property_of(instance, name, sets):
        """A function that reads or sets a property of an instance."""
        return (lambda value: setattr(instance, name, value)) if sets else (lambda: getattr(instance, name))

    def own_member(instance, name):
        """A function that the instance itself carries: `[arity, required, parameters]`, or None."""
        function = vars(instance).get(name) if public(name) and hasattr(instance, "__dict__") and offered.cls is not None else None
        if not callable(function):
            return None
        parameters, arity, required = signature(function, False)
        return [arity, required, parameters]

    amino.offer = offer
    amino.create = create
    amino.createNamed = create_named
    amino.callNamed = call_named
    amino.ownMember = own_member
    amino.property = property_of
    amino.offered = offered


globals().pop("_amino_prelude")
