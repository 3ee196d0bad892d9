"""What a kernel process and its supervisor tell one another, and the report to the OMS that a life has ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator

import pytest
from amino_kernel.boot.end_report import EndReport, is_worth_a_report
from amino_kernel.boot.exit_status import CONFIGURATION, GUEST, OUT_OF_MEMORY, STORE_FAILED, UNEXPECTED
from amino_kernel.boot.reporter import LONGEST_PAUSE, PATIENCE, all_ended, delivered, request_of
from amino_kernel.boot.supervision import Life, Supervision, Told, read_told
from amino_wire.errors import AminoError, ConfigInvalid, DeadlineExceeded, OmsUnavailable, PermissionDenied, PortTaken
from amino_wire.pb import oms_pb2

LIFE = Life("k1", 7, "a proof")


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """The two ends, of which the test may close the second."""
    reading, writing = os.pipe()
    yield reading, writing
    os.close(reading)
    try:
        os.close(writing)
    except OSError:
        return


def test_a_supervisor_is_told_why_its_child_could_not_start(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    cause = ConfigInvalid("port = 7420 \N{MULTIPLICATION SIGN} 2")
    assert Supervision(writing).tell_error(PortTaken("taken", details={"port": 7420}, cause=cause))
    told = read_told(reading).error
    assert isinstance(told, PortTaken) and (told.message, told.details) == ("taken", {"port": 7420})
    assert isinstance(told.cause, ConfigInvalid) and told.cause.message == cause.message


def test_nobody_waits_for_a_child_that_tells_nothing(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    assert read_told(reading) == Told()
    os.close(writing)
    assert read_told(reading) == Told()


def test_what_a_pipe_does_not_take_is_not_told(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    assert not Supervision(writing).tell_error(PortTaken("x" * 1_000_000))
    assert read_told(reading) == Told()


def test_the_last_life_counts_also_where_the_process_could_say_no_more(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    ties = Supervision(writing)
    assert ties.tell_life(Life("k1", 7, "of another store")) and ties.tell_life(LIFE)
    assert not ties.tell_error(PortTaken("x" * 1_000_000))
    assert read_told(reading) == Told(LIFE)


def test_a_process_without_a_supervisor_tells_nobody() -> None:
    assert not Supervision().tell_life(LIFE) and Supervision().halves == ()


@pytest.mark.parametrize(
    ("life", "status", "worth"),
    [
        (LIFE, -9, True),
        (LIFE, UNEXPECTED, True),
        (LIFE, OUT_OF_MEMORY, True),
        (LIFE, GUEST, True),
        (LIFE, STORE_FAILED, True),
        (LIFE, 0, False),
        (LIFE, CONFIGURATION, False),
        (None, -9, False),
    ],
)
def test_only_an_end_without_a_goodbye_of_a_known_life_is_reported(life: Life | None, status: int, worth: bool) -> None:
    assert is_worth_a_report(life, status) is worth


def test_a_report_survives_its_way() -> None:
    report = EndReport(LIFE, "a:1,b:2", "killed by SIGKILL", keeps=True, held=5)
    assert EndReport.from_plain(json.loads(json.dumps(report.to_plain()))) == report
    assert request_of(report) == oms_pb2.LeaveRequest(kernel_id="k1", incarnation=7, keeps=True, end="killed by SIGKILL")


def test_a_kernel_has_not_ended_before_its_last_process(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=(writing,)) as half:
        os.close(writing)
        assert not all_ended(reading, 0.2)
        half.kill()
        assert all_ended(reading, 60)


def test_a_pipe_in_which_something_lies_is_no_end(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    os.write(writing, b"a guest has found it")
    assert not all_ended(reading, 60)


class Asked:
    """An OMS that answers in turn with these; the last answer stands for all further ones."""

    def __init__(self, *answers: bool | AminoError) -> None:
        self.answers, self.now, self.times = list(answers), 100.0, list[float]()

    async def ask(self, request: oms_pb2.LeaveRequest) -> oms_pb2.LeaveResponse:
        assert request.incarnation == LIFE.incarnation
        self.times.append(self.now)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, AminoError):
            raise answer
        return oms_pb2.LeaveResponse(ended=answer)

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    async def delivered(self) -> bool:
        request = request_of(EndReport(LIFE, "a:1", "killed", keeps=False, held=0))
        ask: Callable[[oms_pb2.LeaveRequest], Awaitable[oms_pb2.LeaveResponse]] = self.ask
        return await delivered(ask, request, lambda: self.now, self.sleep)


@pytest.mark.parametrize("ended", [True, False])
async def test_an_oms_that_is_away_for_a_while_is_asked_again(ended: bool) -> None:
    oms = Asked(OmsUnavailable("away"), DeadlineExceeded("slow"), OmsUnavailable("away"), ended)
    assert await oms.delivered() is ended
    assert len(oms.times) == 4


async def test_an_oms_that_stays_away_is_left_to_the_lease() -> None:
    oms = Asked(OmsUnavailable("away"))
    with pytest.raises(OmsUnavailable):
        await oms.delivered()
    assert PATIENCE - LONGEST_PAUSE <= oms.times[-1] - oms.times[0] < PATIENCE
    assert max(later - earlier for earlier, later in zip(oms.times, oms.times[1:], strict=False)) <= LONGEST_PAUSE


async def test_a_refusal_is_the_end() -> None:
    oms = Asked(PermissionDenied("no proof"), True)
    with pytest.raises(PermissionDenied):
        await oms.delivered()
    assert len(oms.times) == 1
