// Chains over lists, and a memory of results.
import _ from 'lodash';

export const square = (n) => n * n;

export default class Report {
  constructor() {
    this.rows = [
      { name: 'ada', age: 36, tags: ['a', 'b'] },
      { name: 'bob', age: 27, tags: [] },
      { name: 'eve', age: 36, tags: ['c'] },
    ];
    this.chain = _([1, 2, 3, 4]).map(square);
  }

  use() {
    return {
      grouped: _.groupBy(this.rows, 'age'),
      sorted: _.orderBy(this.rows, ['age', 'name'], ['desc', 'asc']).map((row) => row.name),
      deep: _.cloneDeep(this.rows)[0].tags,
      merged: _.merge({ a: [1, { b: 2 }] }, { a: [, { c: 3 }] }),
      got: _.get(this.rows, '[0].tags[1]'),
      words: _.startCase('one-two_three'),
      chunks: _.chunk(_.range(7), 3),
      template: _.template('<%= name %>: <% _.forEach(tags, (tag) => { %>[<%- tag %>]<% }) %>')({
        name: 'x',
        tags: ['<', '>'],
      }),
      equal: _.isEqual(new Map([[1, { a: 1 }]]), new Map([[1, { a: 1 }]])),
      chain: this.chain
        .filter((n) => n > 1)
        .take(2)
        .value(),
      throttled: typeof _.throttle(() => 1, 10),
      pad: _.padStart('7', 3, '0'),
    };
  }

  goOn() {
    this.rows.push({ name: `n${this.rows.length}`, age: 1, tags: [] });
    return {
      names: _.map(this.rows, 'name'),
      total: _.sumBy(this.rows, 'age'),
      chain: this.chain.value(),
      is: this.chain instanceof _,
      last: _.last(this.rows).name,
    };
  }
}
