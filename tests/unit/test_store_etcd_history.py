"""How much of its history a store in etcd keeps."""

from __future__ import annotations

from amino_store.etcd.history import History


def compactions(history: History, writes: int, size: int) -> list[int]:
    """The revisions up to which a history is compacted while so many writes of that size come, a revision each."""
    found: list[int] = []
    for revision in range(1, writes + 1):
        history.wrote(revision, size)
        due = history.due(revision)
        if due is not None:
            history.compacted(due)
            found.append(due)
    return found


def test_small_values_go_by_their_number() -> None:
    assert compactions(History(100, 10_000_000), 125, 10) == [10, 20]


def test_large_values_go_by_their_bytes() -> None:
    found = compactions(History(50_000, 8_000), 40, 1_000)
    assert found == list(range(1, 33))
    assert all(40 - each >= 8 for each in found)


def test_a_value_above_the_bound_leaves_the_newest_revision() -> None:
    found = compactions(History(50_000, 8_000), 5, 100_000)
    assert found == [1, 2, 3, 4]


def test_a_history_that_fits_is_never_compacted() -> None:
    assert compactions(History(1_000, 1_000_000), 1_000, 100) == []
