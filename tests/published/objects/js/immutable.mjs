// Collections that never change, and records.
import { List, Map as Table, OrderedSet, Range, Record, Seq, Set as Group, Stack, fromJS, is } from 'immutable';

export class Point extends Record({ x: 0, y: 0 }) {
  length() {
    return Math.hypot(this.x, this.y);
  }
}

export default class Store {
  constructor() {
    this.state = fromJS({
      cart: {
        items: [
          { id: 1, price: 3 },
          { id: 2, price: 5 },
        ],
      },
      user: {},
    });
    this.ids = OrderedSet(['b', 'a']);
    this.past = Stack();
    this.many = List(Range(0, 100));
    this.table = Table(Array.from({ length: 40 }, (_, i) => [`key ${i}`, i]));
    this.point = new Point({ x: 3, y: 4 });
  }

  use() {
    this.state = this.state.setIn(['user', 'name'], 'Ada');
    return {
      json: this.state.toJS(),
      equal: is(Table({ a: List([1]) }), Table({ a: List([1]) })),
      lazy: Seq([1, 2, 3])
        .map((n) => n * 2)
        .filter((n) => n > 2)
        .toArray(),
      merged: Table({ a: 1 }).merge({ b: 2 }).toJS(),
      hash: Table({ a: 1 }).hashCode(),
      grouped: List([1, 2, 3])
        .groupBy((n) => n % 2)
        .toJS(),
      sorted: Group(['b', 'a', 'c']).sort().toArray(),
      length: this.point.length(),
      sum: this.many.reduce((a, b) => a + b),
    };
  }

  goOn() {
    this.past = this.past.push(this.state);
    this.state = this.state.updateIn(['cart', 'items', 0, 'price'], (price) => price * 2);
    this.ids = this.ids.add(`id ${this.ids.size}`);
    this.many = this.many.push(this.many.size);
    this.table = this.table.set('new', this.past.size).delete('key 3');
    this.point = this.point.set('x', this.point.x + 1);
    return {
      json: this.state.toJS(),
      ids: this.ids.toArray(),
      past: this.past.size,
      last: this.many.last(),
      found: this.table.get('key 17'),
      size: this.table.size,
      is: [List.isList(this.many), Table.isMap(this.state), this.point instanceof Point],
      length: this.point.length(),
      empty: this.past.clear() === Stack(),
      equal: is(this.state, fromJS(this.state.toJS())),
      none: Table() === this.table.clear(),
    };
  }
}
