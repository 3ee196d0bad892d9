"""The commands that ask about one object or call it: call, describe. Both parsers of the command line run them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from amino_wire.errors import ArgumentInvalid

from amino.cli.documents import answer_age_text, chain_text, object_document, status_text
from amino.cli.plain import argument, pairs, to_json
from amino.cli.quick import NEGATIVE
from amino.cli.session import Session
from amino.identifiers import new_id
from amino.records import MemberInfo, ReplicaInfo
from amino.stub_base import merged


def values(find: Callable[[str], Any], args: Sequence[str], kwargs: Sequence[str]) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a call as a person typed them; `find` gives the object of a name."""
    named = {key: argument(text, find) for key, text in pairs(list(kwargs), "--kwarg").items()}
    return [argument(text, find) for text in args], named


def refuse_options(command: str, args: Sequence[str]) -> None:
    """Refuses what is no argument. Negative numbers are; any other argument that begins with a dash was meant as an option."""
    for text in args:
        if text.startswith("-") and not NEGATIVE.fullmatch(text):
            remedy = "`amino attach` changes the deployment managers of an object" if text == "--dm" else f"`amino {command} -h` lists them"
            raise ArgumentInvalid(f"`{command}` has no option {text}: {remedy}. An argument that begins with a dash is JSON: '\"{text}\"'")


def call_member(
    session: Session,
    name: str,
    method: str,
    args: Sequence[str] = (),
    *,
    kwarg: Sequence[str] = (),
    deadline: float | None = None,
    read_only: bool = False,
) -> None:
    """Calls a member of an object and prints its result."""
    refuse_options("call", args)
    options = replace(merged(None, deadline, read_only, None, None, None, None), request_id=new_id())
    with session.ask() as client:
        given, named = values(client.reference, args, kwarg)
        found = client.resolve(name)
        if found.HasField("age"):
            session.note(f"{name} is looked up {answer_age_text(found.age.ms / 1000, found.age.source)}")
        result = client.call(found.object.id, method, given, replace(options, kwargs=named))
    say_result(session, result)


def say_result(session: Session, result: Any) -> None:
    """Prints a value: text as it is, any other as JSON."""
    if session.json:
        session.document(to_json(result))
    else:
        print(result if isinstance(result, str) else json.dumps(to_json(result), ensure_ascii=False))


def describe_object(session: Session, name: str) -> None:
    """Prints the facts about an object."""
    with session.ask() as client:
        found = client.describe(name)
    if session.json:
        session.document(object_document(found))
        return
    session.facts(
        {
            "name": found.name,
            "id": found.id,
            "class": found.class_name,
            "about": found.doc,
            "instance of": found.class_of,
            "kind": found.kind,
            "language": found.language,
            "status": status_text(found),
            "artifact": f"{found.artifact[:12]} {found.entry}",
            "managers": chain_text(found.deployment_managers),
            "placed where": found.select,
            "labels": ", ".join(f"{key}={value}" for key, value in sorted(found.labels.items())),
            "sleeps after": f"{found.idle:g}s without a call" if found.idle else "",
            "answer": answer_age_text(found.answer_age, found.answer_source) if found.answer_source else "",
            "generation": found.generation,
            "epoch": found.epoch,
            "created": found.created.astimezone().isoformat(" ", "seconds"),
            "maker": found.maker,
            "warnings": "\n".join(found.warnings),
            "replicas": "\n".join(map(_replica, found.replicas)),
            "members": "\n".join(map(_member, found.members)),
        }
    )


def _replica(replica: ReplicaInfo) -> str:
    return f"{replica.path}: {replica.kernel} {replica.address} {replica.role}".rstrip()


def _member(member: MemberInfo) -> str:
    parameters = ", ".join(member.parameters) if member.parameters else "…" if member.arity else ""
    reads = "  (read-only)" if member.read_only else ""
    return f"{member.name}({parameters}){reads}" + (f"  {member.doc.splitlines()[0]}" if member.doc else "")
