"""Writes the tables and the list of docs/deployment-managers.md from the managers' declarations; with --check, only compares them."""

from __future__ import annotations

import sys
import textwrap
from itertools import permutations
from pathlib import Path

from amino_dms.api import DeploymentManager, config_text
from amino_dms.chain import Chain, Registry, problems
from amino_dms.chain.sizes import lines_of_code

PAGE = Path(__file__).parents[1] / "docs" / "deployment-managers.md"
BEGIN = "<!-- generated: {name} -->"
END = "<!-- end of {name} -->"
WIDTH = 160


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
    """The page with fresh tables."""
    registry = Registry.installed()
    for name, lines in (("managers", manager_table(registry)), ("settings", setting_table(registry)), ("refused", refusal_list(registry))):
        begin, end = BEGIN.format(name=name), END.format(name=name)
        before, rest = page.split(begin, 1)
        after = rest.split(end, 1)[1]
        page = "\n".join((before + begin, *lines, end)) + after
    return page


def manager_table(registry: Registry) -> list[str]:
    """What each manager promises, and how long it is."""
    lines = ["| manager | family | promise | lines | Sapphire's Table 1 |", "|---|---|---|---:|---:|"]
    for manager in registry:
        paper = manager.paper_lines if manager.paper_lines is not None else "–"
        lines.append(f"| `{manager.name}` | {manager.family} | {manager.promise} | {lines_of_code(manager)} | {paper} |")
    return lines


def setting_table(registry: Registry) -> list[str]:
    """Each manager's settings with their defaults, and its commands."""
    lines = ["| manager | settings and defaults | commands on `stub.dm` |", "|---|---|---|"]
    for manager in registry:
        commands = ", ".join(f"`{name}`" for name in sorted(Chain([manager()]).commands()))
        first, *more = textwrap.wrap(_settings(manager), WIDTH - 20, break_long_words=False)
        lines.append(f"| `{manager.name}` | {first} | {commands or '–'} |")
        lines += [f"| | {settings} | |" for settings in more]
    return lines


def refusal_list(registry: Registry) -> list[str]:
    """Every ordered pair of two managers that is refused, by the reason."""
    reasons: dict[str, list[str]] = {}
    for first, second in permutations(registry, 2):
        found = problems(Chain([first(), second()]))
        if found:
            rule, _, reason = found[0].partition(": ")
            kind = "Only in the other order" if " must stand " in rule else "Not together"
            reasons.setdefault(f"{kind}: {reason}.", []).append(f"`{first.name},{second.name}`")
    total = len(registry.names) * (len(registry.names) - 1)
    refused = sum(len(pairs) for pairs in reasons.values())
    lines = [f"{refused} of {total} ordered pairs are refused. A manager twice in one chain is refused as well.", ""]
    for reason, pairs in reasons.items():
        wrapped = textwrap.wrap(", ".join(pairs), WIDTH, initial_indent="  ", subsequent_indent="  ", break_long_words=False)
        lines += [f"* {reason}", *wrapped]
    return lines


def _settings(manager: type[DeploymentManager]) -> str:
    text = config_text(manager.Config(), every=True)
    return ", ".join(f"`{setting}`" for setting in text.split(",")) if text else "–"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
