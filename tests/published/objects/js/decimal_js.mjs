// A bill in exact decimal numbers.
import Decimal from 'decimal.js';

export default class Bill {
  constructor() {
    this.total = new Decimal('0.1');
    this.rates = new Map([
      ['full', new Decimal('0.19')],
      ['none', new Decimal(0)],
    ]);
  }

  use() {
    this.total = this.total.plus('0.2').times(3);
    return {
      sum: this.total.toString(),
      exact: this.total.equals('0.9'),
      root: new Decimal(2).sqrt().toString(),
      pi: Decimal.acos(-1).toFixed(30),
      power: new Decimal('1.0001').pow(365).toString(),
      hex: new Decimal(255).toHex(),
      fraction: new Decimal('0.375').toFraction().map(String),
      largest: Decimal.max(1, '1e3', this.total).toString(),
      odd: [new Decimal('-0'), new Decimal(NaN), new Decimal(Infinity)].map((n) => n.valueOf()),
    };
  }

  goOn() {
    this.total = this.total.times(this.rates.get('full').plus(1));
    return {
      sum: this.total.toString(),
      rounded: this.total.toFixed(2, Decimal.ROUND_HALF_EVEN),
      is: this.total instanceof Decimal,
      known: Decimal.isDecimal(this.rates.get('none')),
      zero: this.rates.get('none').isZero(),
      text: JSON.stringify(this.rates.get('full')),
    };
  }
}
