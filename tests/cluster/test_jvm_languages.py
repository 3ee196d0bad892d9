"""Classes in Kotlin, Scala and Clojure as objects: compiled by the languages' own compilers, with their libraries in the folder."""

from __future__ import annotations

import datetime
import decimal
import fractions
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import amino
import pytest
from amino.blocking import BlockingClient
from amino.testing import LocalCluster
from amino_wire.errors import ArgumentInvalid, ArtifactInvalid, GuestException, MemberNotFound, ValueInvalid

from examples.compilers.compiling import compile_sources
from examples.compilers.store import compiler_jars

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(300)]
SOURCES = Path(__file__).resolve().parent / "jvm"
EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "objects"
LANGUAGES = {"kotlin": "Shop.kt", "scala": "Shop.scala", "clojure": "shop.clj"}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("jvm")
    return {language: compile_sources([SOURCES / source], folder / language) for language, source in LANGUAGES.items()}


@pytest.fixture(scope="module")
def client() -> Iterator[BlockingClient]:
    with LocalCluster() as processes:
        kernel = processes.start_up(arguments=["--languages", "java", "--allow", "host"])
        processes.wait_until_up()
        with amino.connect(kernel.address, deadline=60) as made:
            yield made


@pytest.fixture(scope="module")
def kotlin(client: BlockingClient, folders: dict[str, Path]) -> Any:
    return client.register(folders["kotlin"], name="kotlin")


@pytest.fixture(scope="module")
def scala(client: BlockingClient, folders: dict[str, Path]) -> Any:
    return client.register(folders["scala"], name="scala")


@pytest.fixture(scope="module")
def clojure(client: BlockingClient, folders: dict[str, Path]) -> Any:
    return client.register(folders["clojure"], name="clojure")


def new(client: BlockingClient, name: str, *args: Any) -> Any:
    return client.create(name, *args)


def read(stub: Any, name: str) -> Any:
    return getattr(stub, name)()


def test_defaults_and_names_of_kotlin(client: BlockingClient, kotlin: Any) -> None:
    shop = new(client, "kotlin")
    assert shop.incr() == [11, "note 1"]
    assert shop.incr(2) == [13, "note 2"]
    assert shop.incr(times=3) == [16, "note 1"]
    assert shop.incr(1, note="mine") == [17, "mine"]
    assert shop.many(7) == [7, 1, 31, 32, 33]
    assert shop.many(7, a31=5, a33=6) == [7, 1, 5, 32, 6]
    assert new(client, "kotlin", 5).count() == 5
    with pytest.raises(ArgumentInvalid, match=r"no parameter named pieces; it takes .*long n = …, int times = …, String note = …"):
        shop.incr(pieces=1)
    with pytest.raises(ArgumentInvalid, match=r"0 arguments were given, it takes .*int a0, int a1 = …"):
        shop.many()


def test_defaults_and_names_of_scala(client: BlockingClient, scala: Any) -> None:
    shop = new(client, "scala")
    assert shop.incr() == [11, "note"]
    assert shop.incr(times=3, note="mine") == [14, "mine"]
    assert shop.twice(3) == 9
    assert shop.twice(3, 4) == 7
    assert (new(client, "scala", 5).count(), new(client, "scala", 5, ["a"]).goods()) == (5, ["a"])


def test_properties(client: BlockingClient, kotlin: Any, scala: Any) -> None:
    one: Any = new(client, "kotlin")
    other: Any = new(client, "scala")
    assert (one.goods(), one.double(), one.isOpen(), other.goods(), other.label()) == (["tea"], 20, True, ["tea"], "shop")
    one.label = "Kotlin"
    one.isOpen = False
    other.label = "Scala"
    assert (read(one, "label"), read(one, "isOpen"), read(other, "label")) == ("Kotlin", False, "Scala")
    assert one.getLabel() == "Kotlin"
    assert one.getName() == "a function"
    with pytest.raises(MemberNotFound):
        one.count = 3
    assert {"count", "label", "incr", "getName"} < set(dir(one))
    assert not {"getLabel", "setLabel", "incr$default"} & set(dir(one))
    assert {name for name in dir(other) if "$" in name} == set()


@pytest.mark.parametrize("language", ["kotlin", "scala"])
def test_data_classes_travel_as_values_of_their_class(client: BlockingClient, kotlin: Any, scala: Any, language: str) -> None:
    shop = new(client, language)
    sold = shop.sell({"lines": [{"article": "tea", "pieces": 3}, {"article": "mug"}]})
    card, cash = {"kotlin": ("CARD", "CASH"), "scala": ("Card", "Cash")}[language]
    lines = [amino.Named("Line", {"article": "tea", "pieces": 3}), amino.Named("Line", {"article": "mug", "pieces": 1})]
    assert sold == amino.Named("Receipt", {"lines": lines, "note": card})
    assert shop.sell(sold, cash) == amino.Named("Receipt", {"lines": lines, "note": cash})
    refused: list[Any] = [{"lines": [{"pieces": 1}]}, {"lines": [], "more": 1}, "text"]
    for wrong in refused:
        with pytest.raises(ArgumentInvalid, match=r"Receipt|Line"):
            shop.sell(wrong)
    with pytest.raises(ArgumentInvalid, match="Cheque"):
        shop.sell(sold, "Cheque")


def test_values_of_kotlin(client: BlockingClient, kotlin: Any) -> None:
    shop = new(client, "kotlin")
    assert shop.sum([1, 2], {"a": [3], "b": []}) == 6
    assert shop.pair(["a", 1]) == [2, "a"]
    assert shop.nothing() is None


def test_values_of_scala(client: BlockingClient, scala: Any) -> None:
    shop = new(client, "scala")
    seconds = datetime.timedelta(seconds=3)
    numbers = [2**80, decimal.Decimal("1.50"), None, seconds]
    assert shop.everything() == [[1, 2], ["a"], {"some": 1, "none": None}, {1}, None, "Cash", *numbers]
    assert shop.take([1, 2], ["a", "b"], {"k": [3]}, {"x"}, 5, [6, "c"]) == "3 ab 3 1 Some(5) 6 c"
    assert shop.take([], [], {}, set(), None, [6, "c"]) == "0  0 0 None 6 c"
    assert shop.exact(2**80, decimal.Decimal("1.5"), ["a"], seconds) == [2**80 + 1, decimal.Decimal("3.0"), ["a", "end"], 2 * seconds]
    assert shop.some() == [1, 2, 3]
    shared = shop.shared()
    assert shared == [[1], [1]]
    assert shared[0] is shared[1]
    with pytest.raises(ArgumentInvalid, match="a map is no"):
        shop.take({}, [], {}, set(), None, [6, "c"])


def test_values_of_clojure(client: BlockingClient, clojure: Any) -> None:
    shop = new(client, "clojure")
    assert (shop.incr(), shop.incr(5), new(client, "clojure", 3).incr()) == (11, 16, 4)
    everything = {"vector": [1, 2.5, "a", "c", None, True], "set": {"a"}, "list": [1, 2], "lazy": [2, 3], "ratio": fractions.Fraction(1, 3)}
    assert shop.everything() == everything | {"big": 2**70, "symbol": "a/b", "keyword": "c/d", 1: {"k": [decimal.Decimal("1.50")]}}
    assert shop.describe([1, {"k": {2}}, 2**70, fractions.Fraction(1, 3), None]) == f'[1 {{"k" #{{2}}}} {2**70}N 1/3 nil]'
    assert shop.put([1], 2) == [1, 2]
    assert shop.put({"k": 1}, [2]) == {"k": 1, "new": [2]}
    assert shop.vector([1], "word") == [1, "word", "word"]
    assert shop.receipt("tea") == amino.Named("Receipt", {"article": "tea", "pieces": 2})
    cyclic: list[Any] = [1]
    cyclic.append(cyclic)
    assert shop.echo(cyclic)[1][1][0] == 1
    with pytest.raises(GuestException, match="refused") as caught:
        shop.fail()
    assert caught.value.type == "ExceptionInfo"


@pytest.mark.parametrize("language", ["scala", "clojure"])
def test_a_sequence_without_an_end_is_refused(client: BlockingClient, scala: Any, clojure: Any, language: str) -> None:
    with pytest.raises(ValueInvalid, match="more than 1000000 elements, and may have no end; take what is needed"):
        new(client, language).endless()


def test_a_call_waits_for_coroutines(client: BlockingClient, kotlin: Any) -> None:
    shop, other = new(client, "kotlin"), new(client, "kotlin")
    assert (shop.slow(), shop.slow(7), shop.slow(n=1)) == (15, 22, 23)
    assert (shop.direct(1), shop.promise(), shop.ask(other, 4)) == (2, 23, [14, "note 4"])
    with pytest.raises(GuestException, match="late") as caught:
        shop.fail()
    assert caught.value.type == "IllegalStateException"


def test_a_call_waits_for_futures_of_scala(client: BlockingClient, scala: Any) -> None:
    shop = new(client, "scala")
    assert shop.later(5) == [15]
    with pytest.raises(GuestException, match="late") as caught:
        shop.fail()
    assert caught.value.type == "IllegalStateException"


def test_other_calls_run_while_a_coroutine_waits(client: BlockingClient, folders: dict[str, Path]) -> None:
    shop = client.register(folders["kotlin"], name="concurrent", concurrent=True)
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(shop.waits)
        shop.settle(9)
        assert waiting.result() == 9


@pytest.mark.parametrize("name", ["Register", "shop.Register"])
def test_a_declared_object_is_one_in_its_context(client: BlockingClient, folders: dict[str, Path], name: str) -> None:
    folder = folders["scala" if "." in name else "kotlin"]
    register = client.register(folder, name=name, class_name=name)
    assert (register.incr(), register.incr(5)) == (1, 6)
    apart = client.register(folder, name=f"{name}-apart", class_name=name, own_context=True)
    assert (apart.incr(), client.create(f"{name}-apart").incr(2), register.incr()) == (1, 2, 7)
    with pytest.raises(ArgumentInvalid, match="Register is declared as one object"):
        for _ in range(20):
            client.create(name)


@pytest.mark.parametrize("source", ["Counter.kt", "Counter.scala", "counter.clj"])
def test_the_examples_count_and_keep_their_state(client: BlockingClient, tmp_path: Path, source: str) -> None:
    folder = compile_sources([EXAMPLES / source], tmp_path / "out")
    counter = client.register(folder, name=source.replace(".", "-"), deployment_managers=["DurableSerializableRPC"])
    assert (counter.incr(), counter.incr(5), counter.get()) == (1, 6, 6)
    other = client.create(source.replace(".", "-"), 100)
    assert counter.add_to(other, 4) == 104


def test_a_library_that_is_not_in_the_folder_is_named(client: BlockingClient, tmp_path: Path) -> None:
    folder = compile_sources([EXAMPLES / "Counter.kt"], tmp_path / "out", libraries=False)
    for again in range(2):
        with pytest.raises(ArtifactInvalid, match=r"needs the class kotlin\.jvm\..*put the library's jar into the folder"):
            client.register(folder, name=f"needy-{again}")
    (folder / "lib").mkdir()
    for jar in compiler_jars("kotlin").libraries:
        (folder / "lib" / jar.name).write_bytes(jar.read_bytes())
    assert client.register(folder, name="needy").incr(2) == 2
