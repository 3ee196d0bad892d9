"""`amino doctor`: what this machine has, what is missing and how to get it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import typer
from amino_wire.errors import AminoError, JarsMissing, Unavailable
from amino_wire.values import material

from amino.addresses import addresses
from amino.cli.command import command
from amino.cli.exit_codes import MACHINE
from amino.cli.installation import DISTRIBUTION, lacking
from amino.cli.session import Session
from amino.version import __version__

if TYPE_CHECKING:
    from amino.blocking import BlockingClient

app = typer.Typer()
OK, NOTE, MISSING = "ok", "note", "missing"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `remedy` says what to do where it is not as it should be."""

    subject: str
    state: str
    found: str
    remedy: str = ""


@command(app, "doctor")
def doctor(session: Session) -> None:
    """Look at this machine: JVM, languages, jars, versions, a running kernel; and say what is missing and how to get it."""
    findings = list(examine(session.address))
    if session.json:
        session.document([asdict(finding) for finding in findings])
    else:
        colors = {OK: "green", NOTE: "yellow", MISSING: "red"}
        for finding in findings:
            typer.secho(f"{finding.state:8}", fg=colors[finding.state], nl=False)
            typer.echo(f"{finding.subject:18} {finding.found}")
            if finding.remedy:
                typer.echo(f"{'':27}→ {finding.remedy}")
    if any(finding.state == MISSING for finding in findings):
        raise typer.Exit(MACHINE)


def examine(address: str | None) -> Iterator[Finding]:
    """Looks at everything. Nothing is changed or fetched."""
    yield Finding("Amino", OK, f"{__version__}, Python {platform.python_version()} ({sys.executable})")
    yield from _packages()
    lacks = lacking("kernel")
    if lacks:
        yield Finding(
            "kernel", NOTE, f"not installed: {', '.join(lacks)}", f"only clients run here; pip install '{DISTRIBUTION}[kernel]' adds it"
        )
    else:
        for look in (_jvm_half, _jvm, _jars):
            yield from _guarded(look)
    yield from _cluster(address)


def _packages() -> Iterator[Finding]:
    for package, remedy in (("grpcio", ""), ("msgpack", ""), ("uvloop", "calls are slower without; pip install uvloop")):
        try:
            yield Finding(package, OK, importlib.metadata.version(package))
        except importlib.metadata.PackageNotFoundError:
            yield Finding(package, NOTE if remedy else MISSING, "not installed", remedy or f"pip install {package}")
    if not material.written_in_c:
        yield Finding("msgpack", NOTE, "without its C part: calls cost ten times as much", "pip install --force-reinstall msgpack")


def _guarded(look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except ImportError as error:
        yield Finding("kernel", NOTE, f"not installed ({error})", f"only clients run here; pip install '{DISTRIBUTION}[kernel]' adds it")
    except AminoError as error:
        yield Finding("JVM", MISSING, error.message)


def _jvm_half() -> Iterator[Finding]:
    from amino_graal.runtime_jar import find_runtime_jar

    try:
        jar = find_runtime_jar(os.environ)
    except JarsMissing as error:
        yield Finding("JVM half", MISSING, error.message)
        return
    try:
        with zipfile.ZipFile(jar) as content:
            damaged = content.testzip()
    except (OSError, zipfile.BadZipFile) as error:
        damaged = str(error)
    if damaged:
        yield Finding("JVM half", MISSING, f"{jar} is damaged: {damaged}", f"pip install --force-reinstall {DISTRIBUTION}")
    else:
        yield Finding("JVM half", OK, str(jar))


def _jvm() -> Iterator[Finding]:
    from amino_graal import report_machines

    report = report_machines(os.environ)
    if report.chosen is None:
        from amino_graal.discovery import REMEDY

        yield Finding("JVM", MISSING, "; ".join(machine.shortcoming for machine in report.others) or "none found", REMEDY)
        return
    machine = report.chosen
    yield Finding("JVM", OK, f"Java {machine.version} at {machine.home} ({machine.origin})")
    compiled = "compiles guests to machine code" if machine.compiles else "interprets guests, ten times slower or more"
    yield Finding("JIT", OK if machine.compiles else MISSING, compiled, " ".join(report.notices))
    if not machine.compiles:
        return
    from amino_graal.fast_start import FastStart
    from amino_graal.jars import JarStore, cache_folder

    store = JarStore(cache_folder(os.environ) / "jars")
    guests = store.class_path(store.present())
    found = FastStart(cache_folder(os.environ)).find(machine, store.compiler_path(machine.version), guests)
    archive = found.archive if store.has_compiler(machine.version) else None
    here = f"classes of the languages in {archive}" if archive else "no archive yet"
    yield Finding(
        "fast start", OK if archive else NOTE, here, "" if archive else "kernels start some seconds later; once: python -m amino_graal"
    )


def _jars() -> Iterator[Finding]:
    from amino_graal import LANGUAGES, JarStore
    from amino_graal.jars import cache_folder

    folder = cache_folder(os.environ) / "jars"
    store = JarStore(folder)
    present = store.present()
    for language in LANGUAGES:
        remedy = f"fetched on first need, or now: python -m amino_graal --languages {language}"
        here = language in present
        found = f"engine {store.lock.version_of(language)}, {f'in {folder}' if here else 'not here yet'}"
        yield Finding(f"jars of {language}", OK if here else NOTE, found, "" if here else remedy)


def _cluster(address: str | None) -> Iterator[Finding]:
    import amino

    where = ",".join(addresses(address))
    try:
        with amino.connect(address, client_id="doctor") as client:
            home = client.core.connections.home
            yield Finding("kernel", OK, f"{home.kernel_id} {home.version} at {home.address} over {home.carrier}")
            yield _oms(client)
    except Unavailable as error:
        yield Finding("kernel", NOTE, f"none answers at {where} ({error.code})", "amino up")
    except AminoError as error:
        yield Finding("kernel", NOTE, f"the process at {where} answers {error.code}: {error.message}")


def _oms(client: BlockingClient) -> Finding:
    try:
        count = len(client.kernels())
    except AminoError as error:
        remedy = "start it where the kernel looks for it: amino oms; the kernel joins by itself"
        return Finding("OMS", NOTE, f"does not answer the kernel ({error.code}): {error.message}", remedy)
    return Finding("OMS", OK, f"{count} kernel{'' if count == 1 else 's'} in the cluster")
