"""Commands about where objects run best: what-if."""

from __future__ import annotations

import random
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from amino_wire.errors import ArgumentInvalid

from amino.cli.command import command
from amino.cli.session import Session

app = typer.Typer()
SHOWN = 40
"""Stays that a table shows; a document has all."""


@command(app, "what-if")
def what_if(
    session: Session,
    policy: Annotated[str, typer.Option("--policy", metavar="POLICY", help="window, bandit, … with settings: 'window(window=60)'.")],
    trace: Annotated[Path, typer.Option("--trace", metavar="FILE", help="Recorded measurements, lines of JSON.")],
    seed: Annotated[int, typer.Option("--seed", help="For policies that choose at random.")] = 1,
) -> None:
    """Replay recorded measurements through a policy: where objects would have been, what it would have cost, and the least possible."""
    from amino_oms.offloading.recording_file import read_lines
    from amino_oms.offloading.report import what_if as replayed

    try:
        with trace.open(encoding="utf-8") as lines:
            recording = read_lines(lines)
    except (OSError, UnicodeDecodeError) as error:
        raise ArgumentInvalid(f"the recording {trace} cannot be read: {error}; give a file of `--trace`") from error
    report = replayed(recording, policy, random.Random(seed))
    if session.json:
        session.document({**asdict(report), "gap": report.gap})
        return
    session.table(
        ("OBJECT", "HOST", "SINCE", "REQUESTS"),
        [(each.object_id, each.host, f"{each.since:.1f} s", each.requests) for each in report.stays[:SHOWN]],
    )
    if len(report.stays) > SHOWN:
        session.note(f"{SHOWN} of {len(report.stays)} stays; -o json has all")
    print()
    gap = report.gap
    session.facts(
        {
            "policy": report.policy,
            "requests": report.requests,
            "moves": report.moves,
            "latency": f"{report.seconds:.3f} s in all, {report.seconds / report.requests:.4f} s per request",
            "energy": f"{report.joules:.3f} J",
            "cost": f"{report.cost:.3f}",
            "cost as recorded": "" if report.recorded is None else f"{report.recorded:.3f}",
            "cost of the oracle": "too many objects to plan for" if report.oracle is None else f"{report.oracle:.3f}",
            "above the oracle": "" if gap is None else f"{gap:.1%}",
            "run again": f"{report.repeated} requests, at the client, since a host was gone",
            "lost": f"{report.lost} requests",
            "filled in": f"{report.filled:.0%} of the executions were not measured" if report.filled else "",
        }
    )
