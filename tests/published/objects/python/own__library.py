"""Parts of Python's library that stand on native code, as far as they are there without it."""

import ctypes
import unicodedata

TEXT = "aé5½Ⅷ²٣😀가漢（ﬁ\u00a0\u0301"


class Library:
    def __init__(self):
        self.number = 300
        self.lookup = unicodedata.lookup

    def use(self):
        facts = ("category", "combining", "mirrored", "east_asian_width", "decomposition")
        kinds = ("c_byte", "c_ubyte", "c_short", "c_uint", "c_long", "c_longlong", "c_size_t", "c_double", "c_bool")
        wrong = []
        for work in (lambda: unicodedata.lookup("NO SUCH NAME"), lambda: unicodedata.digit("a"), lambda: unicodedata.numeric("ab")):
            try:
                work()
            except (KeyError, ValueError, TypeError) as error:
                wrong.append(type(error).__name__)
        return {
            "facts": [[getattr(unicodedata, fact)(letter) for fact in facts] for letter in TEXT],
            "numbers": [[unicodedata.decimal(letter, None), unicodedata.digit(letter, None), unicodedata.numeric(letter, None)] for letter in TEXT],
            "names": [unicodedata.lookup(name) for name in ("GREEK SMALL LETTER ALPHA", "snowman", "CJK UNIFIED IDEOGRAPH-6F22")],
            "wrong": wrong,
            "sizes": [[kind, ctypes.sizeof(getattr(ctypes, kind))] for kind in kinds],
            "wrapped": [ctypes.c_byte(200).value, ctypes.c_uint(-1).value, ctypes.c_float(0.1).value, ctypes.c_int().value],
            "text": repr(ctypes.c_ushort(70000)),
        }

    def go_on(self):
        self.number = ctypes.c_ubyte(self.number + 1).value
        return {"number": self.number, "found": self.lookup("SNOWMAN")}
