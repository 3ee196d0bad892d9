"""Dates in words, rules that repeat, and lengths of months."""

from datetime import datetime

from dateutil import easter, tz
from dateutil.parser import ParserError, isoparse, parse
from dateutil.relativedelta import FR, relativedelta
from dateutil.rrule import DAILY, MONTHLY, rrule, rruleset, rrulestr


class Calendar:
    def __init__(self):
        self.step = relativedelta(months=1, day=31)
        self.at = datetime(2026, 1, 31, 12, tzinfo=tz.UTC)
        self.rule = rrule(MONTHLY, count=5, byweekday=FR(-1), dtstart=datetime(2026, 1, 1))
        self.days = rruleset()
        self.days.rrule(rrule(DAILY, count=4, dtstart=datetime(2026, 5, 1)))
        self.days.exdate(datetime(2026, 5, 2))
        self.zone = tz.tzoffset("EST", -18000)

    def use(self):
        try:
            parse("no date")
        except ParserError as error:
            wrong = str(error)
        return {
            "parsed": [parse(text).isoformat() for text in ("Sat Mar 28 2026 10:36:28", "2026-05-01T10:00:00Z", "3rd of May 2001")],
            "iso": isoparse("2026-W05-3").isoformat(),
            "age": str(relativedelta(datetime(2026, 3, 1), datetime(1999, 12, 31))),
            "easter": [easter.easter(year).isoformat() for year in (2025, 2026)],
            "text": [each.isoformat() for each in rrulestr("DTSTART:20260101T000000\nRRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MO,WE")],
            "wrong": wrong,
        }

    def go_on(self):
        self.at += self.step
        return {
            "at": self.at.isoformat(),
            "utc": self.at.tzinfo is tz.UTC,
            "rule": [each.isoformat() for each in self.rule],
            "words": str(self.rule),
            "days": [each.day for each in self.days],
            "there": self.at.astimezone(self.zone).isoformat(),
            "step": repr(self.step),
        }
