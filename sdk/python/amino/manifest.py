"""Manifests: an application's objects in one file, and what must change so that the cluster is as the file says. Pure.

`docs/deployment-managers.md` shows one with every key.
"""

from __future__ import annotations

import tomllib
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from amino_wire.errors import AminoError, ArtifactInvalid, ChainInvalid, ConfigInvalid
from amino_wire.guards import is_list, is_map
from amino_wire.records import APPLICATION

from amino.records import ManagerInfo, ObjectInfo
from amino.selectors import selector, selector_text
from amino.source import Artifact, read_source
from amino.times import seconds

if TYPE_CHECKING:
    from amino_dms.chain import Chain, Registry

LABEL = APPLICATION
"""Label of every object that a manifest made."""


@dataclass(frozen=True)
class ObjectEntry:
    """An object of a manifest; the names are those of the file.

    Arguments:
        name: of the object.
        source: file or folder, relative to the manifest.
        language, entry, class_name, args, kwargs, select, labels, concurrent, own_context: as Client.register.
        managers: the chain of deployment managers.
        idle: the time without a call after which the object sleeps, as `10m`; empty: never.
    """

    name: str
    source: str
    language: str = ""
    entry: str = ""
    class_name: str = ""
    args: Sequence[Any] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    managers: str = ""
    select: str = ""
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    concurrent: bool = False
    own_context: bool = False
    idle: str = ""


@dataclass(frozen=True)
class Manifest:
    """An application: its name and its objects, in the order of the file."""

    name: str
    folder: Path
    objects: tuple[ObjectEntry, ...]


class Action(StrEnum):
    """The kind of a step for an object."""

    CREATE = "create"
    REPLACE = "replace"
    ATTACH = "attach"
    RESTART = "restart"
    DELETE = "delete"
    KEEP = "keep"


@dataclass(frozen=True)
class Step:
    """A step for one object, and the reason.

    Arguments:
        artifact: the source of the object, where it is to be made.
        savers: the deployment managers whose saved state is deleted; with RESTART those that bring the object back with it.
        loses: the step ends a state that lives, or may come back with a kernel that is away.
    """

    action: Action
    name: str
    reasons: tuple[str, ...] = ()
    entry: ObjectEntry | None = None
    artifact: Artifact | None = None
    savers: tuple[str, ...] = ()
    loses: bool = False


def read_manifest(path: Path) -> Manifest:
    """Reads a manifest.

    Raises:
        ConfigInvalid: it cannot be read, or has a name or a value that cannot be right; the message says where.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigInvalid(f"{path} cannot be read: {error}") from error
    _known(content, ("application", "objects"), str(path))
    application, objects = content.get("application", {}), content.get("objects", {})
    if not is_map(application) or not is_map(objects) or not isinstance(application.get("name"), str) or not application["name"]:
        raise ConfigInvalid(f"{path} must have a table [application] with a name, and a table [objects.NAME] for each object")
    _known(application, ("name",), f"{path}, [application]")
    entries = tuple(_entry(name, table, f"{path}, [objects.{name}]") for name, table in objects.items())
    return Manifest(str(application["name"]), path.resolve().parent, entries)


def _entry(name: str, table: Any, where: str) -> ObjectEntry:
    if not is_map(table):
        raise ConfigInvalid(f"{where} must be a table, not {table!r}")
    kinds = {("class" if one.name == "class_name" else one.name): str(one.type) for one in fields(ObjectEntry) if one.name != "name"}
    _known(table, list(kinds), where)
    if "source" not in table:
        raise ConfigInvalid(f"{where} must name its source")
    for key, value in table.items():
        wanted = {"str": str, "bool": bool}.get(kinds[key], list if kinds[key].startswith("Sequence") else dict)
        if not isinstance(value, wanted):
            raise ConfigInvalid(f"{where}: {key} must be a {wanted.__name__}, not {value!r}")
    for key, value in table.get("labels", {}).items():
        if not isinstance(value, str):
            raise ConfigInvalid(f"{where}: the label {key} must be a str, not {value!r}")
    from amino_dms.chain import parse_chain

    with _of(where):
        parse_chain(str(table.get("managers", "")))
        seconds(str(table.get("idle", "")), "idle")
        selector(str(table.get("select", "")))
    settings = {("class_name" if key == "class" else key): value for key, value in table.items()}
    return ObjectEntry(name, **cast("dict[str, Any]", settings))


@contextmanager
def _of(where: str) -> Generator[None]:
    """An error inside says first which part of the manifest it is about."""
    try:
        yield
    except AminoError as error:
        error.message = f"{where}: {error.message}"
        raise


def _known(table: Mapping[str, Any], names: Sequence[str], where: str) -> None:
    for key in table:
        if key not in names:
            near = get_close_matches(key, names, 1)
            raise ConfigInvalid(
                f"{where}: there is no setting {key!r}; " + (f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names)}")
            )


def plan(manifest: Manifest, present: Mapping[str, ObjectInfo], registry: Registry) -> tuple[Step, ...]:
    """The steps after which the cluster is as the manifest says; only those that change something.

    Arguments:
        manifest: the wanted objects.
        present: objects that are there, by name: those of the manifest, and others with its label.
        registry: the deployment managers there are, for comparing chains whatever way they are written.

    Raises:
        ArtifactInvalid, LanguageUnknown, ChainInvalid: an object of the manifest cannot be right.
    """
    steps = [step for entry in manifest.objects for step in _steps(manifest, entry, present.get(entry.name), registry)]
    wanted = {entry.name for entry in manifest.objects}
    gone = {name: found for name, found in present.items() if name not in wanted and found.labels.get(LABEL) == manifest.name}
    why = ("it is not in the manifest",)
    return (*steps, *(Step(Action.DELETE, name, why, savers=_savers(found, registry), loses=True) for name, found in gone.items()))


def _steps(manifest: Manifest, entry: ObjectEntry, found: ObjectInfo | None, registry: Registry) -> tuple[Step, ...]:
    from amino_dms.chain import Chain

    with _of(f"[objects.{entry.name}]"):
        path = manifest.folder / entry.source
        if not path.exists():
            raise ArtifactInvalid(f"there is no file or folder {path}, which is its source")
        artifact = read_source(path, language=entry.language, entry=entry.entry, class_name=entry.class_name)
        chain = Chain.parse(entry.managers, registry)
    if found is None:
        return (Step(Action.CREATE, entry.name, (), entry, artifact),)
    savers = _savers(found, registry)
    reasons = _differences(manifest, entry, found, artifact)
    if reasons:
        return (Step(Action.REPLACE, entry.name, reasons, entry, artifact, savers, loses=True),)
    steps: list[Step] = []
    if found.status == "lost":
        steps.append(Step(Action.RESTART, entry.name, ("it is lost",), savers=savers, loses=not savers and found.loss == "awaits kernel"))
    if chain != _attached(found.deployment_managers, registry):
        steps.append(Step(Action.ATTACH, entry.name, ("managers",), entry, savers=() if chain.savers() else savers))
    return tuple(steps) or (Step(Action.KEEP, entry.name),)


def _differences(manifest: Manifest, entry: ObjectEntry, found: ObjectInfo, artifact: Artifact) -> tuple[str, ...]:
    """The keys of the manifest that only an object that is made anew can satisfy."""
    wanted = selector(entry.select)
    differences = {
        "source": found.artifact != artifact.packed.hash or found.entry != artifact.entry,
        "class": artifact.class_name != found.chosen_class and (found.chosen_class, artifact.class_name) != ("", found.class_name),
        "language": found.language != artifact.language,
        "args": not _same([*found.args, found.kwargs], [*entry.args, entry.kwargs]),
        "select": found.select != (selector_text(wanted) if wanted is not None else ""),
        "labels": dict(found.labels) != labels_of(manifest, entry),
        "concurrent": found.concurrent != entry.concurrent,
        "own_context": found.own_context != entry.own_context,
        "idle": found.idle != seconds(entry.idle, "idle"),
    }
    return tuple(name for name, differs in differences.items() if differs)


def _same(left: Any, right: Any) -> bool:
    """Whether two values would be the same to a constructor: `1`, `1.0` and `true` are not, and a number that is none is."""
    if type(left) is not type(right):
        return False
    if is_map(left):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    if is_list(left):
        return len(left) == len(right) and all(map(_same, left, right))
    return bool(left == right or (left != left and right != right))


def _savers(found: ObjectInfo, registry: Registry) -> tuple[str, ...]:
    """The managers that hold the object's saved state. A manager that is not installed here is taken to be a saver."""
    try:
        return _attached(found.deployment_managers, registry).savers()
    except ChainInvalid:
        return tuple(manager.name for manager in found.deployment_managers)


def _attached(managers: tuple[ManagerInfo, ...], registry: Registry) -> Chain:
    from amino_dms.chain import Chain

    return Chain.of(((manager.name, manager.settings) for manager in managers), registry)


def labels_of(manifest: Manifest, entry: ObjectEntry) -> dict[str, str]:
    """The labels that an object of a manifest has."""
    return {**entry.labels, LABEL: manifest.name}
