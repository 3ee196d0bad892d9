"""What the makers of expressions share."""

from __future__ import annotations

from random import Random


def words(text: str, separator: str | None = None) -> list[str]:
    """A list that is easy to read."""
    return [word.strip() for word in text.split(separator)]


def fraction(random: Random) -> str:
    return f"Rational({random.randint(-100, 100)}, {random.randint(1, 50)})"


def spoiled(random: Random, text: str, junk: list[str]) -> str:
    at = random.randint(0, len(text))
    return text[:at] + random.choice(junk) + text[at:]
