"""C with a library (`amino cc --libc`) finds a clock and random bytes; printing goes to the log, and files answer with errors."""

from __future__ import annotations

from pathlib import Path

import amino
import pytest
from amino.compiling import compile_c
from amino.errors import GuestException

from tests.cluster.processes import cluster

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(300)]
SOURCE = r"""
#include "amino.h"
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static int64_t count;

AMINO_MEMBER(const char *, look, (const char *name), "What there is of an operating system.") {
  FILE *file = fopen(name, "r");
  int why = errno;
  char *text = amino_reply_text(200);
  unsigned char drawn[200] = {0};
  int different = 0;
  getentropy(drawn, 200);
  for (int i = 0; i < 200; i++) different += drawn[i] != drawn[0];
  snprintf(text, 200, "file %d %s, environment %d, late %d, clock %d, left %d, input %d, sum %.3f, drawn %d", file != 0, strerror(why),
           getenv("HOME") != 0, time(0) > 1700000000, clock() >= 0, close(7), getchar(), sqrt(2) + strtod("1e3", 0), different > 100);
  return text;
}
AMINO_MEMBER(int64_t, print, (const char *line), "Prints.") {
  printf("%s %d\nhalf of ", line, 7);
  fprintf(stdout, "%s\n", "a line");
  fputs("on standard error\n", stderr);
  return ++count;
}
AMINO_MEMBER(int64_t, end, (void), "Ends its program.") { count += 10; exit(3); }
AMINO_MEMBER(int64_t, get, (void), "The count.") { return count; }
"""


async def test_a_c_library_finds_no_operating_system(tmp_path: Path) -> None:
    source, target = tmp_path / "probe.c", tmp_path / "probe.wasm"
    source.write_text(SOURCE, encoding="utf-8")
    compile_c([source], target, libc=True)
    async with cluster(tmp_path, "north", "south") as made, amino.connect(made.kernels["north"].address) as client:
        probe = await client.register(target, "probe", select={"name": "north"})
        for name in ("/etc/hostname", "probe.c", "/artifact/probe.wasm"):
            assert await probe.look(name) == (
                "file 0 No such file or directory, environment 0, late 1, clock 1, left -1, input -1, sum 1001.414, drawn 1"
            )
        assert await probe.print("a first") == 1
        with pytest.raises(GuestException, match="the object ended itself with 3") as caught:
            await probe.end()
        assert caught.value.type == "Exit"
        printed = [line.text async for line in client.logs("probe")]
        assert printed == ["a first 7", "half of a line", "on standard error"]
        await client.move("probe", select={"name": "south"})
        assert await probe.print("a second") == 12
