"""The start of the JVM in this process, begun before the rest of the kernel is imported: each takes half a second."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Generator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from amino_graal.jpype_backend import JPypeBackend
from amino_graal.launch import Preparation, prepare
from amino_kernel.boot.jar_progress import JarProgress
from amino_kernel.boot.settings import KernelSettings
from amino_kernel.boot.signals import end_on_signals
from amino_kernel.halves.owned_folder import OwnedFolder

TEMPORARY = "amino-jvm-"


def make_temporary() -> OwnedFolder:
    """The folder for temporary files of this kernel's JVMs. The next kernel removes it when this one is killed."""
    return OwnedFolder.make(TEMPORARY, Path(tempfile.gettempdir()))


def prepare_for(settings: KernelSettings, languages: Sequence[str], folder: Path, temporary: Path) -> Preparation:
    """The plan for a JVM with some languages, as the operator wants it. Blocks, as `amino_graal.launch.prepare`.

    Args:
        settings: Of the kernel.
        languages: Whose jars must be there.
        folder: Where the JVM writes about its own crash.
        temporary: For temporary files, unless the operator's own options name a folder.
    """
    return prepare(
        languages,
        heap_mb=settings.heap_mb,
        extra=[
            f"-Djava.io.tmpdir={temporary}",
            f"-Damino.call_memory_mb={settings.call_memory_mb}",
            f"-Damino.time_zones={files('tzdata') / 'zoneinfo'}",
            *settings.jvm_options,
        ],
        crash_folder=folder.resolve(),
        progress=JarProgress(),
        offline=settings.offline,
    )


@contextmanager
def removed_on_failure(jvm: JvmStart | None) -> Generator[None]:
    """A kernel removes the temporary folder of its JVM as it stops; here that is done for a kernel that never came to be."""
    try:
        yield
    finally:
        if jvm is not None:
            jvm.temporary.remove()


class JvmStart:
    """A JVM that starts in a thread, with the kernel's languages, from the moment this is made.

    Nothing waits for it when the kernel cannot start for another reason: such a process must end with `os._exit`.
    """

    def __init__(self, settings: KernelSettings) -> None:
        self._settings = settings
        self.temporary = make_temporary()
        end_on_signals(self.temporary.remove)
        self._done: Future[tuple[Preparation, JPypeBackend]] = Future()
        threading.Thread(target=self._run, name="jvm-start", daemon=True).start()

    @classmethod
    def begin(cls, settings: KernelSettings) -> JvmStart | None:
        """Begins the start, unless the kernel attaches to a JVM that runs already."""
        return None if settings.py4j_port else cls(settings)

    async def done(self) -> tuple[Preparation, JPypeBackend]:
        """Waits for it; the languages may still be loading.

        Raises:
            JvmNotFound, JvmUnusable, JarsMissing: There is no JVM.
        """
        import asyncio  # only where a loop runs: the JVM starts while it is imported

        return await asyncio.shield(asyncio.wrap_future(self._done))

    def _run(self) -> None:
        settings = self._settings
        try:
            preparation = prepare_for(settings, settings.languages, settings.data_dir, self.temporary.path)
            backend = JPypeBackend(preparation.options)
            shared = settings.languages if settings.isolate == "none" else ()
            backend.start_jvm([language for language in shared if language in settings.offered])
        except BaseException as error:
            self._done.set_exception(error)
        else:
            self._done.set_result((preparation, backend))
