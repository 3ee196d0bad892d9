"""Expressions that read dates from texts: as programs write them, as people write them, and with mistakes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from tests.ruby_library.draws import spoiled, words

FORMS = words(
    """
    %Y-%m-%d|%Y-%m-%dT%H:%M:%S+0900|%Y-%m-%dT%H:%M:%S.123+09:00|%d %b %Y|%b %d, %Y|%B %d %Y|%A, %d %B %Y|
    %a, %d %b %Y %H:%M:%S +0000|%a, %d %b %Y %H:%M:%S GMT|%m/%d/%Y|%d/%m/%y|%Y/%m/%d|%d.%m.%Y|%Y.%m.%d|%Y%m%d|
    %Y%m%dT%H%M%S|%Y%m%d%H%M%S|%y%m%d|%G-W%V-%u|%GW%V%u|%Y-%j|%Y%j|%a %b %d %H:%M:%S %Y|%d-%b-%Y|%b-%d-%Y|--%m-%d|
    %Y-%m-%d %H:%M EST|%Y-%m-%d %I:%M %p UTC+9|%b %d '%y|'%y-%m-%d|%d %b %Y BC|h%y.%m.%d|%y.%m.%d|
    %A, %d-%b-%y %H:%M:%S GMT|%Y-%m|%b %Y|%Y-%m-%d 24:00:00|%Y-W%V-%u
    """,
    "|",
)
PATTERNS = words(
    """
    %Y-%m-%d|%d %b %Y|%F %T|%a, %d %b %Y %H:%M:%S %z|%Y%m%d|%G-W%V-%u|%Y-%j|%s|%y%m%d|%d/%m/%Y %I:%M %p|
    %B %e, %Y|%D|%c|%Q
    """,
    "|",
)
JUNK = [*words("st nd , - / . T Z +09:00 EST x 12 3 ' : am pm BC GMT sun jan"), " "]


def moment(random: Random) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=random.randint(-2_000_000_000, 5_000_000_000))


def written(random: Random) -> str:
    text = moment(random).strftime(random.choice(FORMS))
    kind = random.randint(0, 4)
    at = random.randint(0, len(text))
    if kind == 0:
        return spoiled(random, text, JUNK)
    return text[:at] + text[at + 1 :] if kind == 1 else text


def literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def whole(parts: str, reader: str, given: str) -> str:
    """The parts that are missing in front come from today, which would be another answer tomorrow."""
    return f"Date.{parts}({given}).then {{ |h| (%i[year mon mday] - h.keys).empty? ? {reader}({given}) : h }}"


def text(random: Random) -> str:
    given = literal(written(random))
    standard = random.choice(("iso8601", "rfc3339", "xmlschema", "rfc2822", "httpdate", "jisx0301"))
    seconds = int(moment(random).timestamp())
    pattern = random.choice(PATTERNS)
    return random.choice(
        [
            f"Date._parse({given})",
            whole("_parse", "Date.parse", given),
            whole("_parse", "DateTime.parse", given),
            f"Date._{standard}({given})",
            whole(f"_{standard}", f"DateTime.{standard}", given),
            f"Date._strptime(Time.at({seconds}).utc.strftime('{pattern}'), '{pattern}')",
            f"DateTime.strptime(Time.at({seconds}).utc.strftime('{pattern}'), '{pattern}')",
            f"Date.strptime({given}, '{pattern}')",
            f"Time.parse('{moment(random):%a, %d %b %Y %H:%M:%S +0100}', Time.utc(2026, 11, 29))",
            f"Time.at({seconds}).utc.then {{ |t| [Time.iso8601(t.iso8601), Time.httpdate(t.httpdate)] }}",
        ]
    )
