#!/usr/bin/env bash
# Through JPype, `List.of(1, 2)`, `Set.of("a", "b")` and `String.valueOf(1)` are errors, while `List.of(1)` and `String.valueOf(1.0)` work.
#
# Version: JPype 1.7.1 (the same with 1.5.2), JDK 17 to 25.
# Behaviour: where a method has both a form with a fixed number of parameters and one that takes any number, Java takes the fixed form; JPype
#   rates both alike and raises TypeError "Ambiguous overloads" for two arguments and more. A Python int fits `boolean`, `char` and `Object`
#   equally well, and JPype does not prefer the primitive `int` where a class also has these. And `JInt(2**31)` does not refuse the number:
#   it is -2147483648, without an error.
# In Amino: no call of that kind crosses JPype; values travel encoded, as bytes.
# Needs: a JDK (JAVA_HOME, or `java` on the path).
set -euo pipefail

PINNED=1.7.1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet "jpype1==$PINNED"

cat > "$folder/overloads.py" <<'PYTHON'
import jpype
from jpype.types import JInt

jpype.startJVM(convertStrings=False)
List, Set, String = (jpype.JClass(f"java.{name}") for name in ("util.List", "util.Set", "lang.String"))


def seen(title, run):
    try:
        answer = str(run())
    except TypeError as error:
        answer = str(error).splitlines()[0]
    print(f"{title}: {answer}")
    return answer


assert seen("List.of(1)", lambda: List.of(1)) == "[1]"
assert seen("List.of(1, 2)", lambda: List.of(1, 2)).startswith("Ambiguous overloads"), "this has changed"
assert seen('Set.of("a", "b")', lambda: Set.of("a", "b")).startswith("Ambiguous overloads"), "this has changed"
assert seen("String.valueOf(1.0)", lambda: String.valueOf(1.0)) == "1.0"
assert seen("String.valueOf(1)", lambda: String.valueOf(1)).startswith("Ambiguous overloads"), "this has changed"
assert seen("JInt(2**31)", lambda: int(JInt(2**31))) == "-2147483648", "this has changed"
print("as described")
PYTHON
"$folder/venv/bin/python" "$folder/overloads.py"
