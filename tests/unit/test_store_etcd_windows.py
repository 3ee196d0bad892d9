"""Windows of a long range: they cover it whole, whatever the keys are, and hold little more than a page where keys lie evenly."""

from __future__ import annotations

from bisect import bisect_left

from amino_store.etcd.messages import prefix_end
from amino_store.etcd.windows import Windows
from hypothesis import example, given
from hypothesis import strategies as st

PREFIX = b"/amino/keys/objects/"
KEYS = st.sets(st.one_of(st.binary(max_size=4), st.binary(min_size=60, max_size=90), st.text("0123456789ab", max_size=8).map(str.encode)))


def read(keys: list[bytes], limit: int) -> tuple[list[bytes], int, int]:
    """The keys that are read of a range, the number of questions, and the number of keys that etcd counts for them."""
    windows, found, questions, counted = Windows(PREFIX, prefix_end(PREFIX)), list[bytes](), 0, 0
    while not windows.done:
        first, last = bisect_left(keys, windows.begin), bisect_left(keys, windows.end)
        page = keys[first : min(last, first + limit)]
        found += page
        questions, counted = questions + 1, counted + last - first
        ends = (page[0], page[-1]) if page else (b"", b"")
        windows.read(*ends, len(page), more=last - first > limit, limit=limit)
        assert questions < 10_000
    return found, questions, counted


@given(ends=KEYS, limit=st.integers(1, 5))
@example(ends={b"\xff" * 80, b"", b"\xff" * 70, b"\x00"}, limit=1)
def test_all_keys_are_read_once_and_in_order(ends: set[bytes], limit: int) -> None:
    keys = sorted(PREFIX + each for each in ends)
    assert read(keys, limit)[0] == keys


def test_a_long_range_of_even_keys_is_not_counted_again_and_again() -> None:
    even = [PREFIX + b"%020d" % (7919 * number) for number in range(100_000)]
    named = sorted(PREFIX + b"record-%d" % number for number in range(100_000))
    crowded = sorted(PREFIX + each for each in {*(b"a/%06d" % n for n in range(50_000)), *(b"tenant/%d/x" % n for n in range(50_000))})
    for keys in (even, named, crowded):
        found, questions, counted = read(keys, 500)
        assert found == keys
        print(f"{questions} questions, {counted} keys counted for {len(keys)}")
        # The first question goes to the end of the range. Pages without windows would count ten million keys.
        assert counted < 12 * len(keys)
        assert questions < 4 * len(keys) / 500
