"""Members that are `async def`, and `asyncio` without threads and sockets: a loop of coroutines and timers only."""


def _amino_prelude(host, amino):
    import sys

    NEVER = "the coroutine waits for something that never comes"
    BLOCK = "calls to other objects block, and there are no sockets and threads"
    # Taken once: nothing that a guest can look into leads to `host`.
    threads, network = host.allows("threads"), host.allows("network")

    def without_sockets(asyncio):
        import threading
        import time

        class Timers:
            """Stands where a loop has its selector, but has nothing to select from: it waits for time, or for another thread."""

            def __init__(self):
                self.woken = threading.Event() if threads else None

            def select(self, timeout):
                if self.woken is not None:
                    self.woken.wait(timeout)
                    self.woken.clear()
                elif timeout is None:
                    raise RuntimeError(f"{NEVER}: {BLOCK}")
                elif timeout > 0:
                    time.sleep(timeout)
                return []

        class EventLoop(asyncio.BaseEventLoop):
            """Runs coroutines and timers; without threads, what is given to the default executor runs at once."""

            def __init__(self):
                super().__init__()
                self._selector = Timers()
                self.tasks = set()

            def create_task(self, coro, **named):
                task = super().create_task(coro, **named)
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)
                return task

            def _process_events(self, event_list):
                pass

            def _write_to_self(self):
                if self._selector.woken is not None:
                    self._selector.woken.set()

            def run_in_executor(self, executor, func, *args):
                if threads or executor is not None:
                    return super().run_in_executor(executor, func, *args)
                future = self.create_future()
                try:
                    future.set_result(func(*args))
                except Exception as error:
                    future.set_exception(error)
                return future

        class Policy(asyncio.AbstractEventLoopPolicy):
            """Makes such loops. An object's calls come on many threads, so the loop that is set belongs to none."""

            loop = None

            def get_event_loop(self):
                if self.loop is None:
                    self.loop = EventLoop()
                return self.loop

            def set_event_loop(self, loop):
                self.loop = loop

            def new_event_loop(self):
                return EventLoop()

        def all_tasks(loop=None):
            """Not by the weak set in which asyncio keeps all tasks: here that holds them until garbage is collected."""
            return {task for task in (loop or asyncio.get_running_loop()).tasks if not task.done()}

        kept = EventLoop()

        def run(coroutine):
            """As `asyncio.run`, in a loop that stays for the next member."""
            # By the clock of a call with fixed circumstances all timers would be due that other objects have left in the kept loop.
            loop = EventLoop() if kept.is_running() or amino.is_fixed() else kept
            try:
                return loop.run_until_complete(coroutine)
            finally:
                if loop.tasks:
                    asyncio.runners._cancel_all_tasks(loop)
                if loop._asyncgens:
                    loop.run_until_complete(loop.shutdown_asyncgens())

        asyncio.all_tasks = asyncio.tasks.all_tasks = all_tasks
        asyncio.DefaultEventLoopPolicy = Policy
        asyncio.set_event_loop_policy(Policy())
        return run

    def loaded(asyncio):
        amino.run = asyncio.run if network else without_sockets(asyncio)
        amino.running, amino.set_running = asyncio._get_running_loop, asyncio._set_running_loop

    def step(coroutine):
        """The result of an async member where there is no asyncio, and so nothing that it could wait for."""
        try:
            coroutine.send(None)
        except StopIteration as end:
            return end.value
        coroutine.close()
        raise amino.invalid(f"{NEVER}: calls to other objects block, so the member need not be async")

    def outside(ask, *parts):
        """Asks Java. The members that run meanwhile on this thread are no part of the loop that waits here."""
        loop = None if amino.running is None else amino.running()
        if loop is None:
            return ask(*parts)
        amino.set_running(None)
        try:
            return ask(*parts)
        finally:
            amino.set_running(loop)

    amino.running = None
    amino.when_imported("asyncio", loaded)
    amino.run = step
    amino.outside = outside


globals().pop("_amino_prelude")
