"""A guest that replaces built-ins still calls others with right results, and finds nothing that leads to the kernel's own side."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio
from amino_wire.errors import AminoError
from amino_wire.values import Reference

from tests.cluster.client import Client
from tests.cluster.objects import COUNTER_JS
from tests.cluster.processes import Cluster, cluster

pytestmark = [pytest.mark.cluster, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(200)]

GIVEN = {"list": [1, 2.5, "text", None, True, [b"bytes"]], "nested": {"10": 1, "9": 2, "a": {"deep": [1, [2, [3]]]}}}

JS = """
const refuse = () => { throw new Error('replaced'); };
function spoil() {
  const methods = ['push', 'map', 'find', 'filter', 'join', 'includes', 'slice', 'splice', 'forEach', 'some'];
  for (const name of methods) Array.prototype[name] = refuse;
  for (const name of ['get', 'set', 'has', 'forEach', 'values', 'keys', 'entries', 'delete']) Map.prototype[name] = refuse;
  for (const name of ['add', 'has', 'forEach', 'values', 'delete']) Set.prototype[name] = refuse;
  for (const name of ['get', 'set', 'has', 'delete']) WeakMap.prototype[name] = refuse;
  const statics = ['keys', 'entries', 'assign', 'hasOwn', 'create', 'defineProperty', 'getPrototypeOf', 'getOwnPropertySymbols'];
  const globals = ['Map', 'Set', 'WeakMap', 'WeakRef', 'Promise', 'Proxy', 'BigInt', 'String', 'Number', 'Uint8Array', 'Date'];
  for (const name of statics) Object[name] = refuse;
  Map.prototype[Symbol.iterator] = refuse;
  Set.prototype[Symbol.iterator] = refuse;
  RegExp.prototype.exec = refuse;
  RegExp.prototype.test = refuse;
  Promise.prototype.then = refuse;
  WeakRef.prototype.deref = refuse;
  FinalizationRegistry.prototype.register = refuse;
  String.prototype.isWellFormed = refuse;
  BigInt.prototype.toString = refuse;
  JSON.stringify = refuse;
  Reflect.ownKeys = refuse;
  Number.isInteger = refuse;
  Array.isArray = refuse;
  for (const name of globals) globalThis[name] = refuse;
  Array.prototype[Symbol.iterator] = refuse;
}
let done = false;
module.exports = class Caller {
  spoil() { if (!done) { done = true; spoil(); } return true; }
  through(name, value) { return amino.get(name).echo(value); }
  own(value) { return value; }
  call(reference, method) { return reference[method]('a'); }
  found() { const names = []; for (const name in amino) names[names.length] = name; return names; }
};
"""

PYTHON = '''
import amino

def reachable():
    """What can be found from the module `amino` by looking into functions, their closures and classes."""
    seen, waiting = {}, [amino]
    while waiting:
        item = waiting.pop()
        if id(item) in seen or isinstance(item, (str, int, float, bool, bytes, type(None))):
            continue
        seen[id(item)] = item
        for cell in (None if isinstance(item, type) else getattr(item, "__closure__", None)) or ():
            try:
                waiting.append(cell.cell_contents)
            except ValueError:
                continue
        if isinstance(item, (list, tuple)):
            waiting.extend(item)
        elif isinstance(item, dict):
            waiting.extend(item.values())
        elif type(item).__name__ in ("module", "type", "Table", "Build"):
            waiting.extend(vars(item).values())
            if isinstance(item, type):
                waiting.extend(item.__mro__)
            else:
                waiting.append(type(item))
    return list(seen.values())

class Caller:
    def spoil(self):
        import builtins
        def refuse(*args, **named):
            raise RuntimeError("replaced")
        self.len = builtins.len
        return True

    def through(self, name, value):
        return amino.get(name).echo(value)

    def own(self, value):
        return value

    def call(self, reference, method):
        return getattr(reference, method)("a")

    def found(self):
        tables = [item for item in reachable() if hasattr(item, "callAsync")]
        return [len(reachable()) > 20, len(tables)]
'''

RUBY = """
class Caller
  def spoil
    true
  end

  def through(name, value)
    Amino.get(name).echo(value)
  end

  def own(value)
    value
  end

  def call(reference, method)
    reference.public_send(method, 'a')
  end

  def found
    mods = [Amino, Amino::Loading]
    held = mods.flat_map { |mod| mod.instance_variables.map { |name| mod.instance_variable_get(name) } }
    held += mods.flat_map { |mod| mod.constants.map { |name| mod.const_get(name) } }
    mods.map { |mod| mod.respond_to?(:host, true) } + [held.any? { |item| Truffle::Interop.foreign?(item) }]
  end
end
"""

SOURCES = {"js": JS, "python": PYTHON, "ruby": RUBY}
FOUND = {
    "js": [
        "get",
        "create",
        "getOrCreate",
        "transaction",
        "self",
        "same",
        "Error",
        "Reference",
        "Timestamp",
        "Duration",
        "Named",
        "register",
    ],
    "python": [True, 0],
    "ruby": [False, False, False],
}
ECHO_JS = "module.exports = class Echo { echo(value) { return value; } };"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Cluster]:
    async with cluster(Path(tmp_path_factory.mktemp("sealed")), "north") as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def client(one: Cluster) -> AsyncGenerator[Client]:
    async with Client(one.kernels["north"].address) as made:
        yield made


def fresh() -> str:
    return f"object-{uuid.uuid4().hex[:6]}"


@pytest.mark.parametrize("language", list(SOURCES))
async def test_a_guest_that_replaces_built_ins_still_gets_right_results(client: Client, language: str) -> None:
    echo = await client.register(fresh(), ECHO_JS)
    caller = await client.register(fresh(), SOURCES[language], language)
    assert await client.call(caller.id, "own", GIVEN) == GIVEN
    assert await client.call(caller.id, "spoil") is True
    for _ in range(2):
        assert await client.call(caller.id, "through", echo.name, GIVEN) == GIVEN
        assert await client.call(caller.id, "own", GIVEN) == GIVEN
        assert await client.call(caller.id, "own", [[1, 2], {"set"}, 2**70]) == [[1, 2], {"set"}, 2**70]


@pytest.mark.parametrize("language", list(SOURCES))
async def test_a_guest_finds_nothing_of_the_host(client: Client, language: str) -> None:
    caller = await client.register(fresh(), SOURCES[language], language)
    assert await client.call(caller.id, "found") == FOUND[language]


@pytest.mark.parametrize("language", list(SOURCES))
async def test_a_reference_to_the_kernel_can_be_called_by_no_guest(client: Client, language: str) -> None:
    witness = await client.register(fresh(), COUNTER_JS)
    caller = await client.register(fresh(), SOURCES[language], language)
    for target in ("@kernel", "@other", ""):
        for method in ("lost", "stuck", "log", "register", "command"):
            with pytest.raises(AminoError) as raised:
                await client.call(caller.id, "call", Reference(target, None, 0, None), method)
            cause = raised.value.__cause__
            assert raised.value.code == "GUEST_EXCEPTION" and isinstance(cause, AminoError) and cause.code == "PERMISSION_DENIED"
    assert await client.call(witness.id, "incr") == 1
