#!/usr/bin/env bash
# JSON for Modern C++ cannot read CBOR from a vector of bytes where the compiler brings a new libc++, though it writes CBOR into one.
#
# Version: Debian's package nlohmann-json3-dev 3.11.2-2, with the compiler of the wheel ziglang 0.17.1 (clang and its libc++).
# Behaviour: `json::to_cbor(value)` answers a `std::vector<std::uint8_t>`. `json::from_cbor` of that vector does not compile, since the
#   library asks for `std::char_traits<unsigned char>`, which the C++ standard never had and libc++ has no more. The same line compiles with
#   `std::string` as the bytes, on both sides. So the two halves that the documentation shows together do not go together.
# In Amino: our object over the library keeps the bytes in a `std::string`.
# Needs: apt-get to take the pinned package; Python 3 with venv and pip.
set -euo pipefail

PACKAGE=nlohmann-json3-dev=3.11.2-2
COMPILER=0.17.1
folder=$(mktemp -d)
chmod 755 "$folder"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq "$PACKAGE" 2>/dev/null || { echo "cannot take $PACKAGE: try apt-get update"; exit 2; }
dpkg -x nlohmann-json3-dev_*.deb pinned
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check "ziglang==$COMPILER" || { echo "cannot take ziglang==$COMPILER"; exit 2; }

cat > reads.cpp <<'CPP'
#include <cstdint>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

int main() {
  nlohmann::json value = {1, "two", nullptr};
  BYTES packed;
  nlohmann::json::to_cbor(value, packed);
  std::cout << packed.size() << " bytes, " << (nlohmann::json::from_cbor(packed) == value ? "the same" : "another") << " value\n";
}
CPP

for bytes in "std::string" "std::vector<std::uint8_t>"; do
  echo -n "$bytes: "
  if venv/bin/python -m ziglang c++ -std=c++17 -w -O1 -Ipinned/usr/include "-DBYTES=$bytes" reads.cpp -o reads 2>said; then
    ./reads
  else
    grep -o "implicit instantiation of undefined template 'std::char_traits<unsigned char>'" said | head -n 1
  fi
done | tee seen
expected="std::string: 7 bytes, the same value
std::vector<std::uint8_t>: implicit instantiation of undefined template 'std::char_traits<unsigned char>'"
if [ "$(cat seen)" = "$expected" ]; then
  echo "as described"
else
  echo "the behaviour has changed"
  exit 1
fi
