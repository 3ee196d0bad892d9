#!/usr/bin/env bash
# Protobuf's JSON parser for Python reads integers that are no JSON and no protobuf JSON, and raises two kinds of errors for those it refuses.
#
# Version: protobuf 7.36.2 (Python).
# Behaviour: a string that stands for an int32 is read by Python's own `int` and `float`: "1_000" is 1000, "1.0" is 1, "1e3" is 1000, and for a
#   double "1_0.5" is 10.5. Underscores are in no specification of JSON; other implementations refuse them, so a text may be valid for the
#   one and not for the other. " 5" is refused with ParseError, as documented, but "0x10" and "ten" leave as a bare ValueError: code that
#   catches `json_format.ParseError` only lets them through.
# In Amino: no request is read from protobuf's JSON; values that people write are read by the command's own parser.
set -euo pipefail

PINNED=7.36.2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "protobuf==$PINNED"

cat > "$folder/integers.py" <<'PYTHON'
from google.protobuf import json_format, wrappers_pb2


def read(text, kind=wrappers_pb2.Int32Value):
    try:
        return json_format.ParseDict(text, kind()).value
    except Exception as error:
        return type(error).__name__


seen = {text: read(text) for text in ("1000", "1_000", "1.0", "1e3", " 5", "0x10", "ten", "1.5")}
seen["1_0.5 as a double"] = read("1_0.5", wrappers_pb2.DoubleValue)
for text, value in seen.items():
    print(f"{text!r}: {value}")
assert issubclass(json_format.ParseError, Exception) and not issubclass(ValueError, json_format.ParseError)
expected = {"1000": 1000, "1_000": 1000, "1.0": 1, "1e3": 1000, " 5": "ParseError", "0x10": "ValueError", "ten": "ValueError"}
for text, value in expected.items():
    assert seen[text] == value, f"this has changed: {text!r} is {seen[text]}"
assert seen["1_0.5 as a double"] == 10.5, "this has changed"
print("as described")
PYTHON
"$folder/venv/bin/python" "$folder/integers.py"
