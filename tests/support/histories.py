"""Judges of histories: the checker written elsewhere, where it can be built, else the TestKit's own."""

from __future__ import annotations

import os
from pathlib import Path

from amino_testkit import History, Porcupine, is_linearizable

ROOT = Path(__file__).resolve().parents[2]


def find_porcupine(base: Path) -> Porcupine | None:
    """The checker, built from the folder that AMINO_PORCUPINE names or from the tools beside the repository; None without Go.

    Arguments:
        base: where the built program is kept.

    Raises:
        RuntimeError: AMINO_PORCUPINE names a folder from which it cannot be built.
    """
    named = os.environ.get("AMINO_PORCUPINE")
    built = Porcupine.build(Path(named) if named else ROOT.parent / "shared" / "tools" / "porcupine_check", base / "porcupine")
    if named and built is None:
        raise RuntimeError(
            f"the checker cannot be built from {named}, which AMINO_PORCUPINE names: is Go there, and are main.go and its modules?"
        )
    return built


def judge(history: History, model: str, porcupine: Porcupine | None, folder: Path) -> None:
    """Fails where a short history is not linearizable, or where the two judges disagree."""
    assert history.count("ok") > 0
    ours = is_linearizable(history, model)
    if porcupine is not None:
        theirs, said = porcupine.judge(history, model, folder)
        assert theirs in (ours, None), said
    assert ours, history.lines()


def judge_long(history: History, model: str, porcupine: Porcupine | None, folder: Path) -> str:
    """Why a history of any length is wrong; empty: it is linearizable. The TestKit's judge is asked where the other cannot tell."""
    verdict: bool | None = None
    said = ""
    if porcupine is not None:
        verdict, said = porcupine.judge(history, model, folder)
    if verdict is None:
        verdict = is_linearizable(history, model)
    return "" if verdict else f"not linearizable: {said}\n{history.lines()}"
