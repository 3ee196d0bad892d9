class Point {
  constructor(x, y) {
    this.x = x;
    this.y = y;
  }
}

class Colour {
  constructor(name) {
    this.name = name;
  }
}

class Money {
  constructor(text) {
    this.text = text;
  }
}

class Bare {}

class Other {}

amino.register(Point);
amino.register(Colour, { save: (colour) => colour.name, load: (name) => new Colour(name) });
amino.register(Money, { name: 'shop.Money', save: (money) => money.text, load: (text) => new Money(text) });
amino.register(Bare, { save: () => ({ bare: true }), plain: true });

export default class Points {
  make() {
    return [new Point(1, [2]), new Colour('RED'), new Money('1.50'), new Bare()];
  }

  knows(value) {
    return value.constructor.name;
  }

  moved(point) {
    return new Point(point.x + 1, point.y);
  }

  refused() {
    return { part: [new Other()] };
  }
}
