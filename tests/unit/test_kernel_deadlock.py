"""Finding cycles of chains that wait for one another."""

from __future__ import annotations

import random

import pytest
from amino_kernel.calls.deadlock import confirmed, describe, find_cycle
from amino_kernel.halves.wait import Wait


def wait(waiting: str, holder: str, kernel: str = "k1", number: int = 1) -> Wait:
    return Wait(waiting, f"{waiting}.call", holder, f"{holder}.call", kernel, number)


def test_a_line_is_no_cycle() -> None:
    assert find_cycle([wait("a", "b"), wait("b", "c")]) == ()


def test_a_diamond_is_no_cycle() -> None:
    assert find_cycle([wait("a", "b"), wait("a", "c"), wait("b", "d"), wait("c", "d")]) == ()


def test_two_chains_on_two_kernels_are_found_and_the_victim_comes_first() -> None:
    cycle = find_cycle([wait("01", "02", "k1"), wait("02", "01", "k2")])
    assert [each.waiting_chain for each in cycle] == ["02", "01"]


def test_what_hangs_on_a_cycle_is_not_part_of_it() -> None:
    cycle = find_cycle([wait("99", "01"), wait("01", "02"), wait("02", "01")])
    assert {each.waiting_chain for each in cycle} == {"01", "02"}


def test_a_chain_that_waits_for_itself_re_enters_and_is_no_cycle() -> None:
    assert find_cycle([wait("a", "a")]) == ()


def test_the_description_names_every_call() -> None:
    text = describe(find_cycle([wait("a", "b"), wait("b", "a")]))
    assert "a.call" in text and "b.call" in text


def test_a_cycle_is_confirmed_only_when_all_of_it_is_still_there() -> None:
    cycle = find_cycle([wait("a", "b"), wait("b", "a")])
    assert confirmed(cycle, [wait("b", "a"), wait("a", "b"), wait("x", "y")])
    assert not confirmed(cycle, [wait("a", "b")])
    assert not confirmed((), [])


def test_a_very_long_chain_of_waits_does_not_end_the_search() -> None:
    line = [wait(f"{index:06}", f"{index + 1:06}") for index in range(20_000)]
    assert find_cycle(line) == ()
    assert len(find_cycle([*line, wait("020000", "000000")])) == 20_001


@pytest.mark.parametrize("seed", range(20))
def test_the_answer_is_a_cycle_exactly_when_there_is_one(seed: int) -> None:
    print("seed", seed)
    rng = random.Random(seed)
    count = rng.randint(2, 12)
    waits = [wait(str(rng.randrange(count)), str(rng.randrange(count)), number=index) for index in range(rng.randint(1, 16))]
    cycle = find_cycle(waits)
    assert bool(cycle) == _has_cycle(waits)
    for before, after in zip(cycle, [*cycle[1:], *cycle[:1]], strict=True):
        assert before.holder_chain == after.waiting_chain
    shuffled = waits[:]
    rng.shuffle(shuffled)
    assert bool(find_cycle(shuffled)) == bool(cycle)


def _has_cycle(waits: list[Wait]) -> bool:
    # Takes away, as long as there are any, the chains for which nobody waits.
    edges = {(each.waiting_chain, each.holder_chain) for each in waits if each.waiting_chain != each.holder_chain}
    while True:
        free = {edge for edge in edges if edge[0] not in {other[1] for other in edges}}
        if not free:
            return bool(edges)
        edges -= free
