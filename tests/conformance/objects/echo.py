import datetime

import amino


class Echo:
    __read_only__ = ["echo", "kind"]

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

    def fail(self, message):
        raise ValueError(message)

    def relay(self, name, method, value):
        return getattr(amino.get(name), method)(value)

    def demand(self, kind, key, method, value):
        return getattr(amino.get_or_create(kind, key), method)(value)
