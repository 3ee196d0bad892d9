// A calculator that remembers its variables, numbers of several kinds and a matrix.
import * as math from 'mathjs';

export default class Calculator {
  constructor() {
    this.scope = new Map([['x', 3]]);
    this.point = math.complex(3, -4);
    this.third = math.fraction(1, 3);
    this.grid = math.matrix([
      [1, 2],
      [3, 4],
    ]);
    this.speed = math.unit('90 km/h');
    this.large = math.bignumber('1e50');
  }

  use() {
    return {
      value: math.evaluate('y = x^2 + 1', this.scope),
      derived: math.derivative('x^3 + 2x', 'x').toString(),
      simple: math.simplify('2x + 3x').toString(),
      unit: math.evaluate('5 inch to cm').toString(),
      size: math.abs(this.point),
      thirds: math.format(math.add(this.third, math.fraction(1, 6))),
      determinant: math.det(this.grid),
      inverse: math.inv(this.grid).toArray(),
      roots: math.polynomialRoot(-6, 1, 1).map(String).sort(),
      big: math.format(math.sqrt(this.large), { precision: 40 }),
      mean: math.mean([1, 2, 3, 4]),
      latex: math.parse('a / b').toTex(),
    };
  }

  goOn() {
    this.grid = math.multiply(this.grid, [
      [0, 1],
      [1, 1],
    ]);
    this.third = math.multiply(this.third, math.fraction(3, 7));
    return {
      value: math.evaluate('x = x + y', this.scope),
      grid: this.grid.toArray(),
      third: math.format(this.third),
      kind: math.typeOf(this.third),
      speed: this.speed.to('m/s').toString(),
      turned: math.multiply(this.point, math.complex(0, 1)).toString(),
      kinds: [this.grid, this.large, this.speed].map((each) => math.typeOf(each)),
      large: this.large.plus(1).toString(),
    };
  }
}
