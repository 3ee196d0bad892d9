import datetime

import amino


class Echo:
    __read_only__ = ["echo", "kind"]

    def __init__(self):
        self._level = None

    @property
    def level(self):
        return self._level

    @level.setter
    def level(self, value):
        self._level = value

    def light(self, name, value):
        other = amino.get(name)
        other.level = value
        return other.level()

    def echo(self, value):
        return value

    def kind(self, value):
        if value is None:
            return "null"
        kinds = [
            (bool, "bool"),
            (int, "int"),
            (float, "double"),
            (str, "string"),
            (bytes, "bytes"),
            (list, "list"),
            (dict, "map"),
            ((set, frozenset), "set"),
            (datetime.datetime, "timestamp"),
            (datetime.timedelta, "duration"),
        ]
        for type_, name in kinds:
            if isinstance(value, type_):
                return name
        return "other"

    def class_of(self, value):
        module = type(value).__module__.removeprefix("_py")  # the engine has such modules in Python
        return "None" if value is None else f"{module}.{type(value).__qualname__}".removeprefix("builtins.")

    def fail(self, message):
        raise ValueError(message)

    def fail_all(self, message):
        first = ValueError("first")
        first.__cause__ = KeyError("behind")
        raise ExceptionGroup(message, [first, ExceptionGroup("within", [TypeError("second")])])

    def fail_many(self, count):
        error = ExceptionGroup("innermost", [ValueError(str(n)) for n in range(count)])
        for level in range(count):
            error = ExceptionGroup(str(level), [error])
        raise ExceptionGroup("many", [error] * count)

    def pass_on(self, names):
        if not names:
            raise ValueError("the end of the line")
        return amino.get(names[0]).pass_on(names[1:])

    def members(self, name, method, value):
        try:
            getattr(amino.get(name), method)(value)
        except amino.Error as error:
            return [[each.type, str(each)] for each in error.errors]

    def relay(self, name, method, value):
        return getattr(amino.get(name), method)(value)

    def demand(self, kind, key, method, value):
        return getattr(amino.get_or_create(kind, key), method)(value)
