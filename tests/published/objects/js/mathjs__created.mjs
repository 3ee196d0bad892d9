// A calculator of its own settings: its classes are made when it is made, so that no module has them.
import { all, create } from 'mathjs';

const math = create(all, { number: 'BigNumber', precision: 40 });

export default class Exact {
  constructor() {
    this.sum = math.bignumber(1);
  }

  use() {
    return { third: math.evaluate('1 / 3').toString(), kind: math.typeOf(math.evaluate('2')) };
  }

  goOn() {
    this.sum = math.divide(this.sum, 7);
    return { sum: this.sum.toString() };
  }
}
