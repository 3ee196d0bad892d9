"""Blocks of calls that happen as one or not at all: `with amino.transaction():`."""


def _amino_prelude(host, amino):
    # Functions of their own: nothing that a guest can look into leads to `host`.
    start, finish, bind = host.begin, host.end, host.bind
    outside = amino.outside
    AGAIN = ("TRANSACTION_CONFLICT", "DEADLOCK")
    SECONDS = 60
    FIRST_PAUSE, LONGEST_PAUSE = 0.02, 1.0
    scope = None
    """The transaction of a task of asyncio: others of the same call stay outside. There once a task has begun one."""

    def around():
        """The transaction of this task; None: that of the running call, if any."""
        return None if scope is None else scope.get()

    def in_task():
        return amino.running is not None and amino.running() is not None

    def tasks():
        nonlocal scope
        if scope is None:
            from contextvars import ContextVar

            scope = ContextVar("transaction", default=None)
        return scope

    def milliseconds(timeout):
        seconds = timeout.total_seconds() if hasattr(timeout, "total_seconds") else timeout
        if type(seconds) not in (int, float) or not seconds > 0:
            raise TypeError("the timeout of a transaction is a number of seconds above 0")
        return round(seconds * 1000)

    class Transaction:
        """Calls to any objects, and the calls that these make because of them, that happen as one or not at all: the end of the block commits,
        an exception in it takes everything back. For `with`, and in async members `async with`.

        It never lasts longer than the call of the member. Each object needs LockingTransactions, OptimisticTransactions or
        DurableTransactions; members that only read may be called of any.

        Raises:
            amino.Error: with the code TRANSACTION_CONFLICT, DEADLOCK or TRANSACTION_ABORTED: nothing has happened; TRANSACTION_INVALID, on
                entering: here is a transaction already; NOT_TRANSACTIONAL, by a call; OMS_UNAVAILABLE or DEADLINE_EXCEEDED at the end:
                everything has happened or nothing.
        """

        __module__ = "amino"
        __qualname__ = "Transaction"

        def __init__(self, timeout):
            self.id = ""
            self._milliseconds = milliseconds(timeout)
            self._token = None
            self._ended = ""

        def __enter__(self):
            self.id = str(amino.settle(outside(start, self._milliseconds, around())))
            if in_task():
                self._token = tasks().set(self.id)
            else:
                amino.settle(bind(self.id))
            return self

        def __exit__(self, kind, failure, trace):
            if self._token is not None:
                scope.reset(self._token)
                self._token = None
            else:
                amino.settle(bind(None))
            if kind is None:
                amino.settle(outside(finish, self.id, None))
                return
            try:
                self._ended = str(amino.settle(outside(finish, self.id, f"its block raised {kind.__name__}")))
            except Exception as error:
                failure.add_note(f"transaction {self.id} could not be taken back; it ends by itself: {error}")

        async def __aenter__(self):
            return self.__enter__()

        async def __aexit__(self, kind, failure, trace):
            self.__exit__(kind, failure, trace)

    def transaction(*, timeout=SECONDS):
        """A block of calls to any objects that happen as one or not at all: `with amino.transaction(): …`.

        Arguments:
            timeout: seconds until it ends without effect, at most those that the call of the member has.
        """
        return Transaction(timeout)

    def transact(work, *, tries=10, timeout=SECONDS):
        """Runs `work` in a transaction, and again, after a pause, where it failed because of others that ran at the same time.

        Arguments:
            work: makes the calls; what it changes in this object it may change several times.
            tries: how often it is run at most.
            timeout: seconds for each time.
        """
        import random
        import time

        for attempt in range(1, tries + 1):
            block = Transaction(timeout)
            try:
                with block:
                    result = work()
                    if hasattr(result, "__await__"):
                        raise TypeError("amino.transact takes a function that has done its work when it returns, not an async one")
                return result
            except Exception as error:
                known = getattr(error, "_received", False) and error.code in AGAIN
                if attempt == tries or not (known or block._ended in AGAIN):
                    raise
            time.sleep(min(LONGEST_PAUSE, FIRST_PAUSE * 2.0**attempt) * (0.5 + random.random()))
        raise ValueError(f"a transaction is tried once at least, not {tries} times")

    amino.around = around
    amino.transaction = transaction
    amino.transact = transact


globals().pop("_amino_prelude")
