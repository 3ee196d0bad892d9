"""Expressions of YAML and of compressed texts."""

from __future__ import annotations

import json
from random import Random

from tests.ruby_library.draws import spoiled, words

SCALARS = [
    *words("a yes no true null ~ 1 -1 1.5 1e3 0x1f 0o17 017 1_000 12:30 2001-02-03 .inf -.inf .nan <<"),
    *words(":sym !x &y *z %a @b `c - -- ? : = #d a:b a#b [x {y ,z 'q \"r | > ..."),
    *["", " ", " lead", "trail ", "two words", "a: b", "a #b", "x\ny", "x\n", "\n", "\ttab"],
    *["é€", "nul\0", "\u0001"],
    *["- item", "word " * 30, "long" * 40, "2001-02-03 04:05:06 Z", "a\n\n b\n", "don't", 'say "x"', "back\\slash"],
]
TEXTS = [
    "a: 1\nb:\n  - x\n  - {c: d, e: [1, 2.5]}\n",
    "- &x {a: 1}\n- *x\n- <<: *x\n  b: 2\n",
    "--- |\n  kept\n   lines\n\n--- >-\n  folded\n  lines\n\n  next\n...\n",
    "%YAML 1.1\n---\n'single ''quoted'': \"double \\u00e9\\n\\x41\"\n",
    "? complex key\n: - value\n  - !!str 12\n  - !!float 3\n  - !ruby/symbol s\n",
    "a: x\nb: 12e03\nc: 0b101\nd: 1_000\ne: :sym\nf: ~\ng: Yes\nh: 0o14\n",
    "# only a comment\n",
    "",
    "key: value # comment\nlist: [a, b,\n  c]\nmap: {x: 1,\n  y: }\n",
    "!ruby/object:Object {}\n",
    "--- !binary |\n  aGVsbG8=\n",
    "a: !ruby/range 1..3\nb: !ruby/regexp /x/i\n",
]
JUNK = [*words(": - [ ] { } , # & * ! | > ' \" % @ ` 1 a"), "\n", " ", "\t", "  "]
OPTIONS = [
    "",
    ", symbolize_names: true",
    ", aliases: true",
    ", permitted_classes: [Symbol, Date], aliases: true",
    ", freeze: true",
]
ATOMS = words("1 -12 2.5 nil true :sym 1e20 10**30 Float::INFINITY 1.0")
VALUES = [*words("[] {} '' Date.new(2001,2,3) 1..3 3r 'a'.b"), "Time.utc(2001, 2, 3, 4)"]


def literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("#", "\\#").replace("\u0001", "\\u0001")


def tree(random: Random, depth: int = 3) -> str:
    kind = random.randint(0, 9 if depth else 5)
    if kind < 4:
        return literal(random.choice(SCALARS))
    if kind == 4:
        return random.choice(ATOMS)
    if kind == 5:
        return random.choice(VALUES)
    items = [tree(random, depth - 1) for _ in range(random.randint(0, 3))]
    if kind < 8:
        return f"[{', '.join(items)}]"
    return "{" + ", ".join(f"{literal(random.choice(SCALARS))} => {item}" for item in items) + "}"


def yaml(random: Random) -> str:
    made = tree(random)
    text = random.choice(TEXTS)
    if random.random() < 0.6:
        text = spoiled(random, text, JUNK)
    given, options = literal(text), random.choice(OPTIONS)
    return random.choice(
        [
            f"YAML.dump({made})",
            f"YAML.dump({made})",
            f"YAML.unsafe_load(YAML.dump({made})) == {made}",
            f"YAML.dump({made}, indentation: {random.randint(2, 6)}, line_width: {random.choice((-1, 20, 40))})",
            f"YAML.safe_load({given}{options})",
            f"YAML.safe_load({given}{options})",
            f"YAML.load({given})",
            f"YAML.load_stream({given})",
            f"YAML.unsafe_load({given})",
            f"[{made}, {made}].then {{ |a| YAML.dump([a, a]) }}",
        ]
    )


def zlib(random: Random) -> str:
    text = f"({literal(random.choice(SCALARS))} * {random.randint(0, 400)})"
    level = random.randint(0, 9)
    return random.choice(
        [
            f"{text}.then {{ |t| Zlib.inflate(Zlib.deflate(t, {level})) == t.b }}",
            f"{text}.then {{ |t| Zlib.gunzip(Zlib.gzip(t, level: {level})) == t.b }}",
            f"Zlib.crc32({text}, {random.randint(0, 9)})",
            f"Zlib.adler32({text}, {random.randint(0, 9)})",
            f"[Zlib.crc32({text}), Zlib.adler32({text})]",
            f"Zlib::Inflate.inflate(Zlib::Deflate.deflate({text})[0, {random.randint(0, 20)}])",
            f"Zlib.inflate({text})",
            f"Zlib.gunzip({text})",
            f"Zlib::Deflate.new({level}).then {{ |d| d << {text} << 'x'; Zlib.inflate(d.finish) }}",
            f"StringIO.new.then {{ |io| w = Zlib::GzipWriter.new(io); w.puts({text}, 'b'); w.finish; io.rewind; "
            "r = Zlib::GzipReader.new(io); [r.gets, r.lineno, r.read] }",
        ]
    )
