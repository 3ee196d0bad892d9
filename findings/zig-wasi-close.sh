#!/usr/bin/env bash
# A program in C for WASI can define each function of the system by itself, by the names of wasi-libc, but not the one behind `close`.
#
# Version: the wheel ziglang 0.17.1 (`zig cc --target=wasm32-wasi`), whose library is wasi-libc with parts written in Zig.
# Behaviour: wasi-libc declares each function of the system as `__imported_wasi_snapshot_preview1_NAME`, and a program that must run where
#   there is no such system may define these names itself; then it imports nothing. `lseek` follows that. `close` is one of the parts in
#   Zig, which declare the function under another name, `fd_close|wasi_snapshot_preview1`: the program still imports `fd_close`, until it
#   defines that name, too.
# In Amino: `amino/system.h` defines both names.
# Needs: Python 3 with venv and pip.
set -euo pipefail

PINNED=0.17.1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check "ziglang==$PINNED" || { echo "cannot take ziglang==$PINNED"; exit 2; }

cat > closes.c <<'C'
#include <stdint.h>
#include <unistd.h>

#ifdef DEFINED
int32_t __imported_wasi_snapshot_preview1_fd_close(int32_t file) { return 8; }
int32_t __imported_wasi_snapshot_preview1_fd_seek(int32_t file, int64_t offset, int32_t whence, int32_t place) { return 8; }
#endif
#ifdef BOTH
int32_t second(int32_t file) __asm__("fd_close|wasi_snapshot_preview1");
int32_t second(int32_t file) { return 8; }
#endif

__attribute__((export_name("run"))) int run(int file) { return close(file) + (int)lseek(file, 0, SEEK_SET); }
C

cat > imports.py <<'PYTHON'
"""The names of the functions that a module imports."""
import sys

code = open(sys.argv[1], "rb").read()
at = 8


def number():
    global at
    value = shift = 0
    while True:
        octet = code[at]
        at += 1
        value |= (octet & 127) << shift
        shift += 7
        if octet < 128:
            return value


def text():
    global at
    size = number()
    at += size
    return code[at - size : at].decode()


found = []
while at < len(code):
    section, at = code[at], at + 1
    size = number()
    end = at + size
    if section == 2:
        for _ in range(number()):
            text()
            name = text()
            kind, at = code[at], at + 1
            assert kind == 0, "an import that is no function"
            number()
            found.append(name)
    at = end
print(" ".join(sorted(found)) or "nothing")
PYTHON

for options in "" "-DDEFINED" "-DDEFINED -DBOTH"; do
  # shellcheck disable=SC2086
  venv/bin/python -m ziglang cc --target=wasm32-wasi -mexec-model=reactor -O2 $options closes.c -o closes.wasm
  echo "${options:-plain}: $(python3 imports.py closes.wasm)"
done | tee seen
expected="plain: fd_close fd_seek
-DDEFINED: fd_close
-DDEFINED -DBOTH: nothing"
if [ "$(cat seen)" = "$expected" ]; then
  echo "as described"
else
  echo "the behaviour has changed"
  exit 1
fi
