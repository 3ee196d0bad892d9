// Dates with zones, lengths of time and intervals.
import { DateTime, Duration, Info, Interval } from 'luxon';

export default class Calendar {
  constructor() {
    this.at = DateTime.fromISO('2026-03-28T23:30:15.250', { zone: 'Europe/Berlin' });
    this.step = Duration.fromObject({ hours: 5, minutes: 7 });
    this.week = Interval.after(this.at, { days: 7 });
  }

  use() {
    const noon = DateTime.utc(2026, 2, 28, 12);
    return {
      iso: this.at.toISO(),
      utc: this.at.toUTC().toISO(),
      year: noon.plus({ years: 2, months: 1 }).toISODate(),
      weekday: noon.weekdayLong,
      text: noon.setLocale('en-US').toLocaleString(DateTime.DATETIME_FULL),
      parsed: DateTime.fromFormat('03 Mar 2026', 'dd LLL yyyy', { zone: 'utc' }).toISO(),
      difference: DateTime.utc(2026, 5, 1).diff(noon, ['months', 'days', 'hours']).toObject(),
      wrong: DateTime.fromISO('2026-13-01').invalidReason,
      months: Info.months('short', { locale: 'en' }),
      length: Duration.fromISO('P3DT4H').shiftTo('hours').toObject(),
      count: this.week.count('days'),
    };
  }

  goOn() {
    this.at = this.at.plus(this.step);
    return {
      iso: this.at.toISO(),
      zone: this.at.zoneName,
      summer: this.at.isInDST,
      within: this.week.contains(this.at),
      days: this.week.length('days'),
      is: this.at instanceof DateTime && this.step instanceof Duration && this.week instanceof Interval,
      step: this.step.toHuman(),
      format: this.at.toFormat('yyyy-MM-dd HH:mm:ss ZZZZ'),
      parts: this.week.splitBy({ days: 3 }).map((each) => each.toISODate()),
    };
  }
}
