"""Draws the states of an instance in docs/architecture.md from the code; with --check, says whether the drawing is stale."""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from amino_kernel.instances.instance import ChainFacts, Event, Happening, Instance, Life, Managers, Told, step

PAGE = Path(__file__).parents[1] / "docs" / "architecture.md"
BEGIN, END = "<!-- generated: states -->", "<!-- end of states -->"
CHAINS = (ChainFacts(1), ChainFacts(1, b"a", on_path=True))
TOLD = {"another chain": ChainFacts(2, b"b", on_path=True), "no chain": ChainFacts(2)}
State = tuple[Life, Managers]


def main(arguments: list[str]) -> int:
    """Writes the page, or compares it; the exit status says whether it was as it should be."""
    present = PAGE.read_text(encoding="utf-8")
    wanted = rewritten(present)
    if "--check" in arguments:
        if present != wanted:
            print(f"{PAGE} is stale: run python {Path(__file__).name}", file=sys.stderr)
        return int(present != wanted)
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


def rewritten(page: str) -> str:
    """The page with a fresh drawing."""
    before, rest = page.split(BEGIN, 1)
    return "\n".join((before + BEGIN, *drawing(), END)) + rest.split(END, 1)[1]


def drawing() -> list[str]:
    """A Mermaid diagram: one arrow for each change of the state, with all events that make it."""
    arrows: defaultdict[tuple[State, State], set[str]] = defaultdict(set)
    for state, name, after in transitions():
        if after != state:
            arrows[state, after].add(name)
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> creating"]
    for (state, after), names in sorted(arrows.items(), key=lambda arrow: (_name(arrow[0][0]), _name(arrow[0][1]))):
        lines.append(f"    {_name(state)} --> {_name(after)}: {', '.join(sorted(names))}")
    return [*lines, "    gone --> [*]", "```"]


def transitions() -> set[tuple[State, str, State]]:
    """All steps there are from the states that can be reached, by trying each event in each of them."""
    found: set[tuple[State, str, State]] = set()
    waiting = [Instance.begun(chain) for chain in CHAINS]
    seen = set(waiting)
    while waiting:
        now = waiting.pop()
        for name, event in _events():
            after, _ = step(now, event)
            found.add((_state(now), name, _state(after)))
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return found


def _events() -> list[tuple[str, Event]]:
    return [*((each.value, each) for each in Happening), *((f"told of {name}", Told(chain)) for name, chain in TOLD.items())]


def _state(now: Instance) -> State:
    return (now.life, Managers.NONE) if now.life in (Life.GONE, Life.CREATING) else (now.life, now.managers)


def _name(state: State) -> str:
    life, managers = state
    return life.value if managers is Managers.NONE else f"{life.value}_managers_{managers.value}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
