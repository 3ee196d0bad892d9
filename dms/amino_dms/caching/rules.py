"""Rules that several caching managers declare."""

from __future__ import annotations

from typing import Final

from amino_dms.api import Rule, Trait

ONE_CACHE: Final = Rule(Trait.CACHES, "the outer cache would answer from results whose end only the inner one hears of; choose one")
