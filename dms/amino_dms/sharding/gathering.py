"""How the answers of all shards become one. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from amino_wire.errors import Outcome, ValueInvalid

from amino_dms.api import did_not_run
from amino_dms.api.narrow import is_list, is_map


class _Unfit(Exception):
    """The answer of a shard is of another kind than its word wants."""


def _list(answers: Sequence[Any]) -> Any:
    gathered: list[Any] = []
    for answer in answers:
        gathered += answer if is_list(answer) else [answer]
    return gathered


def _map(answers: Sequence[Any]) -> Any:
    gathered: dict[Any, Any] = {}
    for number, answer in enumerate(answers):
        if not is_map(answer):
            raise _Unfit(_told(number, answer, "no map"))
        gathered.update(answer)
    return gathered


def _sum(answers: Sequence[Any]) -> Any:
    total: Any = 0
    for number, answer in enumerate(answers):
        if answer is None:
            continue
        if not isinstance(answer, (int, float)) or isinstance(answer, bool):
            raise _Unfit(_told(number, answer, "no number"))
        total += answer
    return total


def _first(answers: Sequence[Any]) -> Any:
    return next((answer for answer in answers if answer is not None), None)


def _told(number: int, answer: Any, what: str) -> str:
    return f"shard {number} answered {what} but a value of type {type(answer).__name__}"


GATHERS: Final[Mapping[str, Callable[[Sequence[Any]], Any]]] = {"list": _list, "map": _map, "sum": _sum, "first": _first}
"""By their words in the setting `all`: lists joined to one, with answers that are no lists as items; maps united; numbers added; the
first answer that is not nothing. All go by the numbers of the shards."""


def gathered(member: str, word: str, answers: Sequence[Any]) -> Any:
    """One answer of those of all shards.

    Raises:
        ValueInvalid: an answer is of another kind than the word wants. The member has run.
    """
    try:
        return GATHERS[word](answers)
    except _Unfit as error:
        text = f"{member} ran on all shards, but {error}: choose another word than {word} for it in the setting all"
        raise ValueInvalid(text, outcome=Outcome.RAN) from None


def settle(outcomes: Sequence[Any]) -> list[Any]:
    """The answers of all shards.

    Raises:
        BaseException: the first error among the outcomes. Where others have run, or may have, it does not say that nothing has.
    """
    errors = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    if not errors:
        return list(outcomes)
    first: Any = errors[0]
    if did_not_run(first) and not (len(errors) == len(outcomes) and all(map(did_not_run, errors))):
        first.outcome = Outcome.UNKNOWN
    raise first
