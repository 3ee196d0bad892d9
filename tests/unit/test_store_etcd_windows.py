"""Windows of a long range: they cover it whole, whatever the keys are, and hold little more than a page where keys lie evenly."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from typing import Any, cast

from amino_store.etcd.messages import Keyspace, prefix_end
from amino_store.etcd.pb import etcd_pb2 as pb
from amino_store.etcd.ranges import Ranges
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


class PlayedEtcd:
    """Answers ranges as etcd does, and counts the keys that it would count."""

    def __init__(self, keys: list[bytes]) -> None:
        self.keys = keys
        self.asked_for = self.counted = 0

    async def asked(self, request: pb.RangeRequest) -> pb.RangeResponse:
        first, last = bisect_left(self.keys, request.key), bisect_left(self.keys, request.range_end)
        self.asked_for, self.counted = self.asked_for + 1, self.counted + last - first
        found = self.keys[first : min(last, first + request.limit)]
        header = pb.ResponseHeader(revision=request.revision or 7)
        return pb.RangeResponse(header=header, kvs=[pb.KeyValue(key=key) for key in found], more=last - first > request.limit)


SPACE = Keyspace("amino", "client")
TEXTS = st.sets(st.text("01/~é", max_size=5).map(lambda text: f"/objects/{text}"))


def pages(etcd: PlayedEtcd, limit: int, rounds: int = 1) -> list[str]:
    """The keys of a range, page by page, as often as that; those of the last time."""
    ranges, found = Ranges(cast("Any", etcd), SPACE), list[str]()

    async def read() -> None:
        for _ in range(rounds):
            found.clear()
            more = True
            while more:
                page = await ranges.page("/objects/", found[-1] if found else "", limit)
                assert len(page.entries) <= limit
                assert page.entries or not page.more
                assert page.revision == 7
                found.extend(entry.key for entry in page.entries)
                more = page.more

    asyncio.run(read())
    return found


@given(names=TEXTS, limit=st.integers(1, 4))
def test_pages_have_all_keys_of_a_range_and_the_last_one_says_so(names: set[str], limit: int) -> None:
    keys = sorted(SPACE.key(name) for name in {*names, "/names/1", "/objects0"})
    assert pages(PlayedEtcd(keys), limit, rounds=2) == sorted(names, key=str.encode)


def test_a_range_that_fits_into_a_page_is_one_question_and_a_long_one_is_not_counted_for_each_page() -> None:
    few = PlayedEtcd(sorted(SPACE.key(f"/objects/{number}") for number in range(5)))
    assert len(pages(few, 200)) == 5
    assert few.asked_for == 1
    many = PlayedEtcd([SPACE.key(f"/objects/{7919 * number:020d}") for number in range(50_000)])
    assert len(pages(many, 200)) == 50_000
    print(f"{many.asked_for} questions, {many.counted} keys counted for 50000 in pages of 200")
    # Without windows it would be six million.
    assert many.counted < 15 * 50_000
    assert many.asked_for < 4 * 250
