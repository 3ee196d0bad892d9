"""Expressions of decimal numbers."""

from __future__ import annotations

from random import Random

from tests.ruby_library.draws import fraction, spoiled, words


def number(random: Random) -> str:
    sign = random.choice(("", "", "-"))
    return random.choice(
        [
            random.choice(("0", "-0", "Infinity", "-Infinity", "NaN", "1", "-1", "0.1", "10", "0.5", "2.5", "-0.5")),
            f"{sign}{random.randint(0, 99_999)}.{random.randint(0, 9999)}",
            f"{sign}{random.randint(0, 10**10)}.{random.randint(0, 10**9)}",
            f"{sign}{random.randint(0, 10**12)}e{random.randint(-9, 9)}",
            f"{sign}0.{'0' * random.randint(0, 6)}{random.randint(1, 10**9)}",
            f"{random.randint(-1000, 1000)}",
            f"{random.randint(-100, 100)}.5",
            f"{random.randint(1, 9)}{'0' * random.randint(0, 12)}",
        ]
    )


def plain(random: Random) -> str:
    return f"{random.choice(('', '-'))}{random.randint(1, 99_999)}.{random.randint(0, 9999)}"


READERS = words("""
    to_f to_r to_s inspect abs -@ sign exponent precision scale n_significant_digits precision_scale split nan?
    infinite? finite? zero? nonzero? fix frac floor ceil round truncate negative? positive?
""")
MODES = (":up", ":down", ":half_up", ":half_down", ":half_even", ":ceiling", ":floor", "3", "7")
JUNK = ["_", ".", "e", "E", "d", "-", "+", " ", "0", "1", "x", "Inf", "NaN", "__", "5"]


def decimal(random: Random) -> str:
    one, other = f"BigDecimal('{number(random)}')", f"BigDecimal('{number(random)}')"
    left, right = f"BigDecimal('{plain(random)}')", f"BigDecimal('{plain(random)}')"
    whole, mode = str(random.randint(-(10**12), 10**12)), random.choice(MODES)
    digits = random.randint(0, 25)
    text = repr(random.choice(("F", "5F", "+F", " F", "3", "E", "+5E", "10F", "2f", "+", " 3F")))
    return random.choice(
        [
            f"{one}.{random.choice(READERS)}",
            f"{one} {random.choice('+-*/')} {random.choice((other, other, whole))}",
            f"{one} / {random.choice((right, right, whole))}",
            f"[{left}, {right}].then {{ |a, b| [a.divmod(b), a % b, a.remainder(b), a.div(b)] }}",
            f"BigDecimal.save_rounding_mode {{ BigDecimal.mode(BigDecimal::ROUND_MODE, {mode}); "
            f"{one}.{random.choice(('add', 'sub', 'mult', 'div'))}({other}, {digits}) }}",
            f"{one}.round({random.randint(0, 12)}, {mode})",
            f"{one}.{random.choice(('floor', 'ceil', 'truncate', 'round'))}({random.randint(0, 12)})",
            f"{one}.to_s({text})",
            f"[{one}, {random.choice((other, whole))}].then {{ |a, b| [a <=> b, a == b, a.eql?(b), b == a, b <=> a] }}",
            f"{one} < {random.choice((other, whole, 'nil', repr('1')))}",
            f"BigDecimal('{spoiled(random, number(random), JUNK)}')",
            f"BigDecimal('{spoiled(random, number(random), JUNK)}', exception: false)",
            f"BigDecimal({fraction(random)}, {random.randint(1, 30)})",
            f"BigDecimal({random.randint(1, 10**9) / 1000}, 0)",
            f"BigDecimal('{plain(random)}') ** {random.randint(-6, 9)}",
            f"[{random.choice(('3', '1.5'))}, {one}].then {{ |a, b| [a + b, a - b, a * b, a <=> b, b.coerce(a)] }}",
            f"BigDecimal('{random.randint(1, 10**9)}').sqrt(16).round(14)",
        ]
    )
