"""The files with which a JVM starts fast: an image of it in which archives work, and an archive of the guests' classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from amino_graal.class_archive import ClassArchives
from amino_graal.jars import Progress
from amino_graal.jvm_image import JvmImages
from amino_graal.machine import JavaMachine


@dataclass(frozen=True, slots=True)
class QuickMachine:
    """The JVM to start, and the archive to start it with; None where there is none."""

    machine: JavaMachine
    archive: Path | None = None


class FastStart:
    """Finds and makes both, in the cache. Where they are missing everything works, and starts some seconds later.

    Args:
        cache: The folder of everything that can be made again.
    """

    def __init__(self, cache: Path) -> None:
        self._images = JvmImages(cache / "images")
        self._archives = ClassArchives(cache / "archives")

    def find(self, machine: JavaMachine, compiler: Sequence[Path], guests: Sequence[Path]) -> QuickMachine:
        """Answers the image and the archive for a JVM and these jars; the JVM itself where there is neither."""
        image = self._images.find(machine) if machine.compiles else None
        if image is None:
            return QuickMachine(machine)
        return QuickMachine(image, self._archives.find(image, compiler, guests))

    def make(
        self,
        machine: JavaMachine,
        compiler: Sequence[Path],
        guests: Sequence[Path],
        languages: Sequence[str],
        runtime_jar: Path,
        progress: Progress | None = None,
    ) -> QuickMachine:
        """Makes the image and the archive where they are missing and can be made: needs a JDK with jlink. Blocks for up to a minute, once.

        Args:
            machine: The JVM that discovery has chosen.
            compiler: Jars of the JIT compiler.
            guests: Jars of the languages.
            languages: The languages whose classes are archived.
            runtime_jar: Our own part of the JVM half, for the trial run.
            progress: Told of each step at its beginning (0 of 1) and at its end (1 of 1).
        """
        there = self.find(machine, compiler, guests)
        if not machine.compiles or there.archive is not None:
            return there
        told = progress or _nobody
        told("a JVM for fast starts", 0, 1)
        image = self._images.make(machine)
        told("a JVM for fast starts", 1, 1)
        if image is None:
            return QuickMachine(machine)
        told("an archive of the languages' classes", 0, 1)
        archive = self._archives.make(image, compiler, guests, languages, runtime_jar)
        told("an archive of the languages' classes", 1, 1)
        return QuickMachine(image, archive)


def _nobody(_name: str, _done: int, _size: int) -> None:
    """Whom progress is told when nobody wants to know."""
