"""tests/published: each object has a package and an expected outcome."""

from __future__ import annotations

import json

from tests.cluster.test_published import EXPECTED, QUICK
from tests.published.case import cases
from tests.published.lock import read
from tests.published.relock import wanted
from tests.published.trial import MOVED, NOT_RUN, REFUSED


def test_every_object_has_its_outcome() -> None:
    assert sorted(EXPECTED) == sorted(case.name for case in cases(read()))
    assert {outcome.partition(": ")[0] for outcome in EXPECTED.values()} <= {MOVED, REFUSED, NOT_RUN}
    assert set(QUICK) <= set(EXPECTED)


def test_the_lock_file_has_what_is_wanted_and_all_that_it_needs() -> None:
    lock = read()
    assert {(each.key, each.version, each.needs) for each in wanted()} == {(each.key, each.version, each.needs) for each in lock}
    for package in lock:
        assert len(package.sha256) == 64
        assert json.dumps([each.key for each in lock.closure(package)])
