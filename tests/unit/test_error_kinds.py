"""Errors are exceptions of Python's own kinds where one fits, as `docs/errors.md` lists them."""

from __future__ import annotations

import asyncio
import builtins
import pickle
import re
from pathlib import Path

import pytest
from amino_wire import errors
from amino_wire.deadlines import Deadlines

PAGE = Path(__file__).parents[2] / "docs" / "errors.md"


def kinds_of(kind: type[errors.AminoError]) -> list[str]:
    """Python's own classes that a class of errors derives from by itself."""
    own = [base for base in kind.__bases__ if not issubclass(base, errors.AminoError)]
    return [base.__name__ for base in own if base is not Exception]


def rows() -> dict[str, list[str]]:
    """The table of the page: Python's own classes by class of ours."""
    found = re.findall(r"^\| `(\w+)` \| (.*?) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: re.findall(r"`(\w+)`", kinds) for name, kinds in found}


def test_the_page_lists_every_class_with_its_kinds() -> None:
    assert rows() == {kind.__name__: kinds_of(kind) for kind in errors.BY_CODE.values() if kind is not errors.InternalError}


@pytest.mark.parametrize("kind", errors.BY_CODE.values(), ids=lambda kind: kind.__name__)
def test_an_error_of_any_kind_keeps_its_parts(kind: type[errors.AminoError]) -> None:
    error = kind("no counter", details={"object": "o1"}, type="T", cause=errors.Moved("away"))
    for seen in (error, pickle.loads(pickle.dumps(error)), errors.from_payload(errors.to_payload(error))):
        assert type(seen) is kind
        assert (seen.message, seen.details, seen.args) == ("no counter", {"object": "o1"}, ("no counter",))
        assert str(seen).endswith("no counter")
        assert isinstance(seen.cause, errors.Moved)
    for name in kinds_of(kind):
        with pytest.raises(getattr(builtins, name)):
            raise error


def test_a_deadline_of_the_work_itself_is_not_taken_for_the_clocks() -> None:
    async def late() -> None:
        raise errors.DeadlineExceeded("the work's own", details={"object": "o1"})

    async def main() -> None:
        with pytest.raises(errors.DeadlineExceeded, match="the work's own"):
            await Deadlines(asyncio.get_running_loop().time).keep(late(), asyncio.get_running_loop().time() + 60)

    asyncio.run(main())


def test_a_missing_member_is_no_attribute() -> None:
    class Remote:
        @property
        def level(self) -> int:
            raise errors.MemberNotFound("the object has no member level")

    assert not hasattr(Remote(), "level")
