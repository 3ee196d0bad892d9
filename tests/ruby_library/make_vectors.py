"""Writes `vectors.json`: expressions of each part of the library, and what Debian's Ruby gives."""

from __future__ import annotations

import json

from tests.ruby_library.expressions import PARTS
from tests.ruby_library.peers import FOLDER, answers, expressions

SEED = 1
COUNT = 150


def main() -> None:
    rows: list[str] = []
    for part in PARTS:
        codes = expressions(part, SEED, COUNT)
        pairs = ",\n".join(f"  {json.dumps(pair)}" for pair in zip(codes, answers(codes), strict=True))
        rows.append(f" {json.dumps(part)}: [\n{pairs}\n ]")
    (FOLDER / "vectors.json").write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
