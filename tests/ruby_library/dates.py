"""Expressions of dates."""

from __future__ import annotations

from random import Random

from tests.ruby_library.draws import fraction, words


def year(random: Random) -> int:
    first, last = random.choice(((1900, 2100), (-4000, 3000), (1500, 1800), (1582, 1582), (1752, 1752)))
    return random.randint(first, last)


def day(random: Random) -> str:
    start = random.choice(["", "", ", Date::ENGLAND", ", Date::JULIAN", ", Date::GREGORIAN"])
    second = f"{random.randint(0, 599)}/10r"
    month, of_month = random.randint(1, 12), random.randint(1, 28)
    hour, minute = random.randint(0, 23), random.randint(0, 59)
    offset = random.choice(["0", "Rational(1, 7)", "'+09:00'", "'-03:30'", "'EST'", "0.5"])
    return random.choice(
        [
            f"Date.civil({year(random)}, {random.randint(-13, 13)}, {random.randint(-32, 32)}{start})",
            f"Date.civil({year(random)}, {month}, {of_month}{start})",
            f"Date.jd({random.randint(-1_000_000, 3_000_000)}{start})",
            f"Date.ordinal({year(random)}, {random.randint(-370, 370)}{start})",
            f"Date.commercial({year(random)}, {random.randint(-54, 54)}, {random.randint(-8, 8)}{start})",
            f"DateTime.civil({year(random)}, {month}, {of_month}, {hour}, {minute}, {second}, {offset})",
            f"DateTime.jd({random.randint(2_000_000, 3_000_000)}, {hour}, {minute}, {random.randint(0, 59)}, {offset})",
        ]
    )


READERS = words("""
    jd ajd amjd mjd ld day_fraction year mon mday yday wday cwyear cweek cwday start julian? leap? to_s inspect iso8601
    rfc3339 rfc2822 httpdate jisx0301 asctime marshal_dump monday? to_date england julian gregorian italy next_month
    prev_year succ
""")
CONVERSIONS = (*"aAbBcCdDeFgGhHIjklLmMnNpPQrRsStTuUvVwWxXyYzZ%+", ":z", "::z", ":::z", "Ey", "Od")


def pattern(random: Random) -> str:
    flags = ("", "", "", "-", "0", "^", "_")
    widths = ("", "", "", "3", "10")
    count = random.randint(1, 4)
    parts = [f"%{random.choice(flags)}{random.choice(widths)}{random.choice(CONVERSIONS)}" for _ in range(count)]
    return random.choice((" ", "", "|")).join(parts)


def date(random: Random) -> str:
    days = random.choice([str(random.randint(-100_000, 100_000)), fraction(random), f"{random.uniform(-5, 5):.3f}"])
    return random.choice(
        [
            f"{day(random)}.{random.choice(READERS)}",
            f"{day(random)} + {days}",
            f"{day(random)} - {days}",
            f"[{day(random)}, {day(random)}].then {{ |a, b| [a - b, a <=> b, a == b, a === b, a.eql?(b)] }}",
            f"[{day(random)}, {random.randint(-3000, 3000)}].then {{ |a, n| [a >> n, a << n] }}",
            f"{day(random)}.strftime({pattern(random)!r})",
            f"{day(random)}.then {{ |a| (a..a + {random.randint(0, 9)}).map(&:to_s) }}",
            f"{day(random)}.then {{ |a| a.step(a + {random.randint(-9, 9)}, {random.choice((-2, -1, 1, 2))}).to_a }}",
            f"Marshal.load(Marshal.dump({day(random)})).inspect",
            f"{day(random)}.to_datetime.new_offset('+01:00').iso8601(3)",
        ]
    )
