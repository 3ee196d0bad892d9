"""What can be registered, which kernels are meant, where a client looks."""

from __future__ import annotations

from pathlib import Path

import pytest
from amino.addresses import addresses, is_loopback
from amino.compiling import compile_c
from amino.selectors import selector, selector_text
from amino.source import ALIASES, LANGUAGES, read_source
from amino_wire.errors import ArgumentInvalid, ArtifactInvalid, ConfigInvalid, LanguageUnknown


class Tally:
    """A class to be registered."""


def test_language_and_entry_are_found(tmp_path: Path) -> None:
    for name, language in (("a.js", "js"), ("b.rb", "ruby"), ("c.py", "python"), ("d.wasm", "wasm"), ("e.bc", "llvm")):
        (tmp_path / name).write_bytes(b"x")
        found = read_source(tmp_path / name)
        assert (found.language, found.entry) == (language, name)
    assert read_source({"x.txt": "1"}, language="JavaScript").language == "js"
    package = {"package.json": '{"main": "./lib/main"}', "lib/main.js": "", "index.js": ""}
    assert read_source(package).entry == "lib/main.js"
    assert read_source({"main.py": "", "helper.py": ""}).entry == "main.py"
    assert read_source({"tool.rb": "", "lib/x.rb": ""}).entry == "tool.rb"
    assert read_source({"Counter.class": b"\xca\xfe"}).entry == "Counter"
    assert read_source({"x.class": b"", "y.class": b""}, language="java", entry="org.X").entry == "org.X"


def test_in_jars_and_classes_the_kernel_looks_for_the_class() -> None:
    assert read_source({"shop.jar": b""}).entry == "shop.jar"
    assert read_source({"Counter.class": b"", "lib/kotlin-stdlib.jar": b""}).entry == "Counter"
    assert read_source({"shop.jar": b"", "lib/kotlin-stdlib.jar": b""}).entry == "shop.jar"
    folders: list[dict[str, str | bytes]] = [
        {"shop.jar": b"", "kotlin-stdlib.jar": b""},
        {"a/B.class": b"", "a/C.class": b"", "notes.txt": b""},
        {"x.class": b"", "y.class": b""},
    ]
    for files in folders:
        found = read_source(files)
        assert (found.language, found.entry) == ("java", "")
        assert read_source(files, language="java", class_name="a.B") == read_source(files, class_name="a.B")
    with pytest.raises(ArtifactInvalid, match="--entry"):
        read_source({"a/B.class": b"", "b/script.js": b""})


def test_a_class_is_registered_by_its_module() -> None:
    found = read_source(Tally)
    assert (found.language, found.entry, found.class_name) == ("python", "test_sdk_sources.py", "Tally")


def test_what_is_not_clear_is_asked_for() -> None:
    with pytest.raises(ArtifactInvalid, match="--entry"):
        read_source({"a.js": "", "b.js": ""})
    with pytest.raises(ArtifactInvalid, match="not in the artifact"):
        read_source({"a.js": "", "b.js": ""}, entry="c.js")
    with pytest.raises(LanguageUnknown, match="--lang"):
        read_source({"a.txt": ""})
    with pytest.raises(LanguageUnknown, match="amino cc"):
        read_source({"a.c": ""})


@pytest.mark.parametrize("language", [*sorted(set(LANGUAGES.values())), *sorted(ALIASES)])
@pytest.mark.parametrize("ending", sorted(LANGUAGES))
def test_a_file_of_another_language_is_refused_before_it_is_sent(language: str, ending: str) -> None:
    said, looks = ALIASES.get(language, language), LANGUAGES[ending]
    name = f"counter{ending}"
    if said == looks:
        assert read_source({name: ""}, language=language).language == said
        return
    with pytest.raises(ArgumentInvalid, match=rf"{name} looks like {looks}, not {said}: give --lang {looks}, or rename it"):
        read_source({name: "", "other.txt": ""}, language=language, entry=name)


def test_what_must_be_compiled_first_is_refused_whatever_language_is_said() -> None:
    for name, language in (("counter.c", "wasm"), ("counter.c", "llvm"), ("Counter.java", "java")):
        with pytest.raises(LanguageUnknown, match="compile it"):
            read_source({name: ""}, language=language)


def test_a_file_of_c_is_compiled(tmp_path: Path) -> None:
    source = tmp_path / "tax.c"
    source.write_text('#include "amino.h"\nAMINO_MEMBER(int64_t, of, (int64_t cents), "A fifth.") { return cents / 5; }\n')
    made = read_source(source)
    assert (made.language, made.entry) == ("wasm", "tax.wasm")
    assert made.packed.hash == read_source(source).packed.hash, "the same source is the same artifact"
    assert read_source(source, language="llvm").entry == "tax.bc"
    with pytest.raises(ArgumentInvalid, match="runs as wasm or llvm, not as ruby"):
        read_source(source, language="ruby")
    source.write_text("int wrong(")
    with pytest.raises(ArtifactInvalid, match=r"tax\.c does not compile"):
        read_source(source)


def test_a_file_of_cpp_is_compiled_and_exceptions_are_refused_in_words(tmp_path: Path) -> None:
    source = tmp_path / "tax.cpp"
    text = '#include "amino.hpp"\nstruct Tax {{ int64_t of(int64_t cents) const {{ {body} }} }};\nAMINO_OBJECT(Tax, (of, cents));\n'
    source.write_text(text.format(body="return cents / 5;"))
    assert read_source(source).entry == "tax.wasm"
    source.write_text(text.format(body="if (cents < 0) throw cents; return cents / 5;"))
    with pytest.raises(ArtifactInvalid, match=r"links no exceptions for WebAssembly; end a member with amino::raise.*--allow native"):
        read_source(source)
    (tmp_path / "rest.c").write_text("int rest;")
    with pytest.raises(ArtifactInvalid, match=r"from C and C\+\+ together"):
        compile_c([source, tmp_path / "rest.c"], tmp_path / "tax.wasm")


def test_an_ending_that_says_nothing_is_left_to_the_caller() -> None:
    for name in ("counter.txt", "counter", "counter.ts"):
        assert read_source({name: ""}, language="js").entry == name


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("region=eu", "region=eu"),
        ("region in (eu,us),tier!=gold", "region in (eu, us) and tier!=gold"),
        ("a and !b or c not in (d, e)", "a and !b or c not in (d, e)"),
        ("a == b ; c", "a=b or c"),
    ],
)
def test_selectors(text: str, normal: str) -> None:
    found = selector(text)
    assert found is not None
    assert selector_text(found) == normal
    again = selector(normal)
    assert again == found


def test_selectors_from_values() -> None:
    found = selector({"region": ["eu", "us"], "tier": "gold"})
    assert found is not None
    assert selector_text(found) == "region in (eu, us) and tier=gold"
    assert selector("") is None
    assert selector(None) is None


@pytest.mark.parametrize("text", ["=", "a in", "a in ()", "a in (b", "a not b", "a b", "or", "a or", "!", "a=", "(a)"])
def test_what_is_no_selector(text: str) -> None:
    with pytest.raises(ArgumentInvalid, match="cannot read the selector"):
        selector(text)


def test_addresses() -> None:
    assert addresses(None, {}) == ("127.0.0.1:7420",)
    assert addresses(None, {"AMINO_ADDRESS": "a:1, b:2"}) == ("a:1", "b:2")
    assert addresses("c:3", {"AMINO_ADDRESS": "a:1"}) == ("c:3",)
    for wrong in ("nowhere", "a:", ":1", "a:0", "a:99999", "a:x", ",", "h:²", "http://h:1"):
        with pytest.raises(ConfigInvalid):
            addresses(wrong, {})
    assert is_loopback("127.0.0.1:1")
    assert is_loopback("[::1]:1")
    assert is_loopback("localhost:1")
    assert not is_loopback("10.0.0.1:1")
    assert not is_loopback("example.org:1")
