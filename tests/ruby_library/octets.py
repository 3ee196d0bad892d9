"""Expressions of digests, of codes of authentication, and of tables in texts."""

from __future__ import annotations

import json
from random import Random


def octets(random: Random) -> str:
    text = "".join(chr(random.choice((65, 97, 233, 0x20AC, 10))) for _ in range(random.randint(0, 200)))
    return f"[{','.join(str(byte) for byte in text.encode())}].pack('C*')"


def digest(random: Random) -> str:
    kind = random.choice(("MD5", "SHA1", "SHA256", "SHA384", "SHA512"))
    first, second = octets(random), octets(random)
    return random.choice(
        [
            f"Digest::{kind}.hexdigest({first})",
            f"Digest::{kind}.base64digest({first})",
            f"Digest::{kind}.new.update({first}).then "
            f"{{ |d| copy = d.dup; d << {second}; [copy.to_s, d.to_s, d.reset.hexdigest, d == copy] }}",
            f"Digest::{kind}.new.then {{ |d| [d.digest_length, d.block_length, d.size, d.hexdigest!, d.inspect] }}",
            f"Digest::SHA2.new({random.choice((256, 384, 512, 128))}).update({first}).hexdigest",
            f"Digest({kind!r}).digest({first}).unpack1('H*')",
        ]
    )


NAMES = ("SHA256", "sha1", "SHA2-512", "sha-384", "MD5", "SHA9")


def openssl(random: Random) -> str:
    name = random.choice(NAMES)
    first, second = octets(random), octets(random)
    code = f"OpenSSL::HMAC.new({first}, {name!r})"
    return random.choice(
        [
            f"OpenSSL::Digest.new({name!r}).then {{ |d| d << {first}; [d.name, d.hexdigest, d.digest_length, d.block_length, d.inspect] }}",
            f"OpenSSL::Digest.hexdigest({name!r}, {first})",
            f"OpenSSL::Digest::SHA256.new({first}).then {{ |d| copy = d.dup; d << {second}; [copy.to_s, d.base64digest, d == copy] }}",
            f"OpenSSL::HMAC.hexdigest({name!r}, {first}, {second})",
            f"OpenSSL::HMAC.digest(OpenSSL::Digest.new({name!r}), {first}, {second}).unpack1('H*')",
            f"{code}.then {{ |code| code << {second}; copy = code.dup; code << 'x'; [copy.to_s, code.hexdigest, code.reset.inspect] }}",
            f"OpenSSL.secure_compare({first}, {random.choice([first, second])})",
            f"OpenSSL.fixed_length_secure_compare({first}, {random.choice([first, second])})",
            f"OpenSSL::KDF.pbkdf2_hmac({first}, salt: {second}, iterations: {random.randint(1, 3)}, length: {random.randint(1, 70)}, "
            f"hash: {name!r}).unpack1('H*')",
        ]
    )


CELLS = ["a", "1", '"', "x,y", "", "two\nlines", " b ", "'", "2.5"]
OPTIONS = [
    "",
    ", headers: true",
    ", converters: :numeric",
    ", col_sep: ';'",
    ", liberal_parsing: true",
    ", skip_blanks: true",
]
SHOWN = ".then { |r| r.is_a?(CSV::Table) ? r.to_csv : r }"


def csv(random: Random) -> str:
    cells = [random.choices(CELLS, k=random.randint(1, 3)) for _ in range(3)]
    text = json.dumps("\n".join(",".join(row) for row in cells))
    written = f"CSV.generate {{ |c| {json.dumps(cells)}.each {{ |row| c << row }} }}"
    options = random.choice(OPTIONS)
    return random.choice(
        [
            written,
            f"CSV.parse({written}{options}){SHOWN}",
            f"CSV.parse({text}{options}){SHOWN}",
            f"CSV.new({text}).then {{ |c| [c.shift, c.lineno, c.shift, c.lineno, c.eof?] }}",
            f"CSV.parse_line({json.dumps(','.join(cells[0]))})",
            f"{json.dumps(cells[0])}.to_csv",
        ]
    )
