"""Writes `packages.lock.json` anew: fetches each package that is not locked in the version that stands here, and notes its sha256.

Run `python -m tests.published.relock` after a change here. Packages whose needs alone have changed are not fetched.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from amino_graal.resolver import sha256_of

from tests.published.lock import Package, read, write
from tests.published.registries import download

PACKAGES = {
    "npm": """
        decimal.js 10.6.0
        luxon 3.7.2
        chess.js 1.4.0
        mathjs 15.2.0: @babel/runtime complex.js decimal.js escape-latex fraction.js javascript-natural-sort seedrandom \
            tiny-emitter typed-function
        @babel/runtime 7.29.15
        complex.js 2.4.3
        escape-latex 1.2.0
        fraction.js 5.3.4
        javascript-natural-sort 0.7.1
        seedrandom 3.0.5
        tiny-emitter 2.1.0
        typed-function 4.2.2
        immutable 5.2.1
        yaml 2.9.1
        xstate 5.33.3
        lodash 4.18.1
        uuid 14.0.3
        nanoid 5.1.16
        semver 7.7.3
        micromark 4.0.2: character-entities debug decode-named-character-reference dequal \
            devlop micromark-core-commonmark micromark-factory-destination micromark-factory-label \
            micromark-factory-space micromark-factory-title micromark-factory-whitespace micromark-util-character \
            micromark-util-chunked micromark-util-classify-character micromark-util-combine-extensions \
            micromark-util-decode-numeric-character-reference \
            micromark-util-edit-map micromark-util-encode micromark-util-html-tag-name micromark-util-normalize-identifier \
            micromark-util-resolve-all micromark-util-sanitize-uri micromark-util-subtokenize micromark-util-symbol \
            micromark-util-types ms
        character-entities 2.0.2
        debug 4.4.3
        decode-named-character-reference 1.3.0
        dequal 2.0.3
        devlop 1.1.0
        micromark-core-commonmark 2.0.4
        micromark-factory-destination 2.0.1
        micromark-factory-label 2.0.1
        micromark-factory-space 2.1.0
        micromark-factory-title 2.0.1
        micromark-factory-whitespace 2.0.1
        micromark-util-character 2.1.1
        micromark-util-chunked 2.0.1
        micromark-util-classify-character 2.0.1
        micromark-util-combine-extensions 2.0.1
        micromark-util-decode-numeric-character-reference 2.0.2
        micromark-util-edit-map 1.0.0
        micromark-util-encode 2.0.1
        micromark-util-html-tag-name 2.0.1
        micromark-util-normalize-identifier 2.0.1
        micromark-util-resolve-all 2.0.1
        micromark-util-sanitize-uri 2.0.1
        micromark-util-subtokenize 2.1.0
        micromark-util-symbol 2.0.1
        micromark-util-types 2.0.3
        ms 2.1.3
        as-bignum 0.3.1
        assemblyscript-json 1.1.0
    """,
    "pypi": """
        sympy 1.14.0: mpmath
        networkx 3.6.1
        lark 1.3.1
        jinja2 3.1.6: markupsafe
        markupsafe 3.0.3
        pyparsing 3.3.3
        python-dateutil 4.0.0
        chess 1.11.2
        mpmath 1.3.0
        sortedcontainers 2.4.0
        attrs 26.1.0
        markdown-it-py 4.3.0: mdurl
        mdurl 0.1.2
        lz4 4.4.5
    """,
    "debian": """
        ruby-builder 3.2.4-2
        ruby-chronic 0.10.5-2
        ruby-concurrent 1.1.6+dfsg-5
        ruby-i18n 1.10.0-2: ruby-concurrent
        ruby-jwt 2.5.0-1+deb12u1
        ruby-kramdown 2.4.0-2
        ruby-money 6.16.0-1: ruby-i18n ruby-concurrent
        ruby-mustache 1.1.1-2
        ruby-rack 2.2.22-0+deb12u2
        ruby-rouge 3.30.0-2
        ruby-tzinfo 2.0.5-1: ruby-concurrent
        nlohmann-json3-dev 3.11.2-2
        libfmt-dev 9.1.0+ds1-2
    """,
    "crates": """
        libz-sys 1.1.33
        libsqlite3-sys 0.40.0
        lua-src 551.1.0
        evalexpr 8.1.0
        ropey 1.6.1: smallvec str_indices
        smallvec 1.16.6
        str_indices 0.4.4
    """,
    "maven": """
        org.jetbrains.kotlinx:kotlinx-collections-immutable-jvm 0.4.0
        org.scala-lang.modules:scala-parser-combinators_3 2.4.0
        org.clojure:data.priority-map 1.2.0
    """,
}
"""By registry: name, version, and after a colon all packages that it needs."""


def wanted() -> list[Package]:
    """The packages of the table, not yet locked."""
    packages: list[Package] = []
    for registry, text in PACKAGES.items():
        for line in filter(None, map(str.strip, text.splitlines())):
            head, _, needs = line.partition(": ")
            name, version = head.split()
            packages.append(Package(registry, name, version, needs=tuple(needs.split())))
    return packages


def locked(package: Package, before: dict[str, Package]) -> Package:
    """The same with the sha256 of what its registry gives."""
    known = before.get(package.key)
    if known is not None and known.version == package.version:
        return replace(package, sha256=known.sha256)
    with tempfile.TemporaryDirectory() as folder:
        return replace(package, sha256=sha256_of(download(package, Path(folder))))


def main() -> int:
    before = {package.key: package for package in read()}
    packages = [locked(package, before) for package in wanted()]
    write(packages)
    print(f"{len(packages)} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
