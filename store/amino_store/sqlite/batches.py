"""Transactions that wait for the disk together: those of a batch share its commit."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from amino_wire.errors import AminoError, as_error

from amino_store.errors import StoreFailed
from amino_store.sqlite.writer import Written
from amino_store.transaction import Outcome, Transaction

Answer = TypeVar("Answer")

BATCH_LIMIT = 1024
"""Transactions from which on a batch takes no more."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """Transactions of one request, and where their outcomes go."""

    transactions: Sequence[Transaction]
    answer: Callable[[Sequence[Outcome]], Any]
    ended: asyncio.Future[Any]


class Batches:
    """Runs transactions on the writer's thread, one batch at a time; what arrives meanwhile gathers. Belongs to one event loop.

    No task and no future of its own is made for a batch: the thread hands its outcome to the loop, which answers and sends off the next.

    Arguments:
        executor: has the writer's thread.
        commit: runs a batch there.
        refuse: raises where the store can do nothing any more.
        written: told of each batch that was written, after its callers.
        failed: told of the error after which the store can do nothing any more.
    """

    def __init__(
        self,
        executor: Executor,
        commit: Callable[[Sequence[Transaction]], Written],
        *,
        refuse: Callable[[], None],
        written: Callable[[Written], None],
        failed: Callable[[StoreFailed], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._executor, self._commit = executor, commit
        self._refuse, self._written, self._failed = refuse, written, failed
        self._waiting: deque[_Asked] = deque()
        self._rest = asyncio.Event()
        self._rest.set()

    def add(
        self, transactions: Sequence[Transaction], answer: Callable[[Sequence[Outcome]], Answer], *, at_once: bool
    ) -> asyncio.Future[Answer]:
        """Runs them. A caller that waits no longer does not keep them from being done.

        Arguments:
            transactions: some.
            answer: makes the future's result of their outcomes, in order.
            at_once: they need not wait for others of this turn of the loop, where nothing is on its way to the disk.
        """
        ended: asyncio.Future[Answer] = self._loop.create_future()
        self._waiting.append(_Asked(transactions, answer, ended))
        if self._rest.is_set():
            self._rest.clear()
            if at_once:
                self._leave()
            else:
                self._loop.call_soon(self._leave)
        return ended

    async def rest(self) -> None:
        """Returns when nothing waits and nothing is on its way to the disk."""
        await self._rest.wait()

    def _leave(self) -> None:
        batch: list[_Asked] = []
        transactions: list[Transaction] = []
        while self._waiting and len(transactions) < BATCH_LIMIT:
            asked = self._waiting.popleft()
            batch.append(asked)
            transactions += asked.transactions
        if not batch:
            self._rest.set()
            return
        try:
            self._refuse()
            self._executor.submit(self._work, batch, transactions)
        except Exception as error:
            self._ended(batch, None, error)

    def _work(self, batch: list[_Asked], transactions: list[Transaction]) -> None:
        """On the writer's thread."""
        written: Written | None = None
        error: BaseException | None = None
        try:
            written = self._commit(transactions)
        except BaseException as found:
            error = found
        with suppress(RuntimeError):  # the loop has been closed
            self._loop.call_soon_threadsafe(self._ended, batch, written, error)

    def _ended(self, batch: list[_Asked], written: Written | None, error: BaseException | None) -> None:
        if isinstance(error, StoreFailed):
            self._failed(error)
        # The next batch leaves first: the thread works while the callers are answered.
        self._leave()
        if written is None:
            assert error is not None
            _fail(batch, error if isinstance(error, AminoError) else as_error(error))
            return
        at = 0
        for asked in batch:
            end = at + len(asked.transactions)
            if not asked.ended.done():
                _answer(asked, written.evaluation.outcomes[at:end])
            at = end
        self._written(written)


def _answer(asked: _Asked, outcomes: Sequence[Outcome]) -> None:
    try:
        asked.ended.set_result(asked.answer(outcomes))
    except Exception as error:
        asked.ended.set_exception(as_error(error))


def _fail(batch: Sequence[_Asked], error: AminoError) -> None:
    for asked in batch:
        if not asked.ended.done():
            asked.ended.set_exception(error)
