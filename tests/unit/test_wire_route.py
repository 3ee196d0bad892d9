"""How a call follows its object: the cases of every language, and what holds whatever places and kernels say."""

from __future__ import annotations

import json
import math
from collections.abc import Awaitable, Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from amino_wire.errors import BY_CODE, AminoError, DeadlineExceeded, Moved, Outcome
from amino_wire.follow import follow
from amino_wire.protocol import DEFAULT_OUTCOMES, ROUTE_SENT_AT_ONCE
from amino_wire.route import FIRST_PAUSE, LONGEST_PAUSE, REFRESH, Action, Route, Step, is_elsewhere, is_followed
from hypothesis import given
from hypothesis import strategies as st

ROUTING = json.loads((Path(__file__).resolve().parents[1] / "conformance" / "routing.json").read_text())
CODES = sorted(DEFAULT_OUTCOMES)
FOLLOWED = [(code, Outcome[outcome.upper()]) for code, outcome in ROUTING["followed"]]
HANDED_ON = [(code, Outcome[outcome.upper()]) for code, outcome in ROUTING["handed_on"]]
PAUSES_THAT_GROW = math.ceil(math.log2(LONGEST_PAUSE / FIRST_PAUSE))
SENDS_IN_A_SECOND = ROUTE_SENT_AT_ONCE + PAUSES_THAT_GROW + 1
"""Times that a call is sent again within a second at most: without a pause, and behind pauses that double."""


def step_of(route: Route, event: dict[str, Any]) -> Step:
    """What a route says to an event of `routing.json`."""
    now = event["at"] / 1000
    if "failed" in event:
        code, outcome = event["failed"]
        return route.failed(code, Outcome[outcome.upper()], now)
    if "found" in event:
        return route.found(event["found"] == "elsewhere", now)
    return route.waited(now)


@pytest.mark.parametrize("case", ROUTING["cases"], ids=lambda case: case["name"])
def test_the_cases_of_every_language(case: dict[str, Any]) -> None:
    route = Route(case["deadline"] / 1000)
    for event in case["events"]:
        assert step_of(route, event) == Step(Action(event["step"]), event.get("pause", 0) / 1000), event


def test_only_these_failures_are_followed() -> None:
    for code, outcome in product(CODES, Outcome):
        followed = (code, outcome) in FOLLOWED
        assert is_followed(code, outcome) == followed
        assert (Route(1.0).failed(code, outcome, 0.0) == REFRESH) == followed
        assert is_elsewhere(code, outcome) == ((code, outcome) in HANDED_ON)


failures = st.one_of(st.sampled_from(FOLLOWED), st.tuples(st.sampled_from(CODES), st.sampled_from(Outcome)))
answers = st.lists(
    st.tuples(failures, st.booleans(), st.sampled_from((0.0, 0.0, 0.0, 0.001, 0.05, 0.3)), st.sampled_from((0.0, 0.0, 0.002, 1.0))),
    min_size=1,
    max_size=60,
)
"""What a call meets each time it is sent: its failure, whether the object is elsewhere, how long that takes, by how much a
pause is too long."""


@given(answers, st.sampled_from((0.0, 0.001, 0.1, 1.0, 7.0, 60.0)), st.integers(0, 3))
def test_whatever_a_call_meets_it_ends(met: list[tuple[tuple[str, Outcome], bool, float, float]], deadline: float, turn: int) -> None:
    route, now, sent = Route(deadline), 0.0, list[float]()
    step = Step(Action.SEND)
    rounds = 0
    while step.action is Action.SEND:
        (code, outcome), elsewhere, seconds, late = met[(rounds + turn) % len(met)]
        rounds += 1
        now += seconds
        step = route.failed(code, outcome, now)
        if outcome is not Outcome.NOT_RUN:
            assert step.action is Action.FAIL, "nothing is sent again that may have run"
        if step.action is Action.REFRESH:
            now += seconds
            step = route.found(elsewhere, now)
        if step.action is Action.WAIT:
            assert FIRST_PAUSE <= step.seconds <= LONGEST_PAUSE
            assert now + step.seconds < deadline
            now += step.seconds + late
            step = route.waited(now)
        if step.action is Action.SEND:
            assert now < deadline
            sent.append(now)
            assert sum(1 for each in sent if each > now - 1.0) <= SENDS_IN_A_SECOND
            assert len(sent) <= ROUTE_SENT_AT_ONCE + PAUSES_THAT_GROW + math.ceil(deadline / LONGEST_PAUSE)
    assert step.action in (Action.FAIL, Action.EXPIRE)


@given(st.lists(st.booleans(), min_size=1, max_size=7), st.sampled_from((0.05, 2.0, 30.0)))
def test_a_call_that_is_always_told_moved_ends_at_its_deadline(places: list[bool], deadline: float) -> None:
    route, now, rounds = Route(deadline), 0.0, 0
    while True:
        assert route.failed("MOVED", Outcome.NOT_RUN, now) == REFRESH
        step = route.found(places[rounds % len(places)], now)
        rounds += 1
        if step.action is Action.EXPIRE:
            break
        now += step.seconds
        assert step.action is Action.SEND or route.waited(now).action is Action.SEND
    assert deadline - LONGEST_PAUSE <= now < deadline


class Played:
    """A clock whose sleepers wake at once, and a call that meets a list of failures."""

    def __init__(self, *failures: AminoError) -> None:
        self.time = 0.0
        self.slept: list[float] = []
        self.failures = list(failures)

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.slept.append(seconds)

    async def send(self) -> str:
        if self.failures:
            raise self.failures.pop(0)
        return "answered"

    def follow(self, look: Callable[[], Awaitable[bool]], deadline: float = 1.0, failed: AminoError | None = None) -> Awaitable[str]:
        """Follows after a call that was told MOVED, unless it failed otherwise."""
        return follow(Route(deadline), failed or Moved("it is elsewhere"), name="incr of c", clock=self, look=look, send=self.send)


async def same() -> bool:
    return False


async def test_a_call_is_sent_until_it_is_answered() -> None:
    played = Played(Moved("not yet"), Moved("not yet"))
    assert await played.follow(same) == "answered"
    assert played.slept == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]


async def test_a_call_whose_time_is_over_says_that_it_did_not_run() -> None:
    played = Played(*(Moved("not yet") for _ in range(10)))
    with pytest.raises(DeadlineExceeded, match=r"incr of c did not run.*not yet") as ended:
        await played.follow(same, 0.05)
    assert ended.value.outcome is Outcome.NOT_RUN
    assert played.slept == [FIRST_PAUSE, 2 * FIRST_PAUSE]


@pytest.mark.parametrize("case", ROUTING["unanswered"], ids=lambda case: "-".join((case["failed"], case["question"][0])))
async def test_a_question_that_fails_ends_the_call(case: dict[str, Any]) -> None:
    async def look() -> bool:
        code, outcome = case["question"]
        raise BY_CODE[code]("no answer", outcome=Outcome[outcome.upper()])

    failed = BY_CODE[case["failed"]]("it has failed", outcome=Outcome.NOT_RUN)
    with pytest.raises(AminoError) as ended:
        await Played().follow(look, failed=failed)
    assert [ended.value.code, ended.value.outcome.name.lower()] == case["call"]
    assert (ended.value is failed) == case["own"]
