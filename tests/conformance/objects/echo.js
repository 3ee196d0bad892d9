export default class Echo {
  static readOnly = ['echo', 'kind'];

  #level = null;

  get level() {
    return this.#level;
  }

  set level(value) {
    this.#level = value;
  }

  light(name, value) {
    const other = amino.get(name);
    other.level = value;
    return other.level();
  }

  echo(value) {
    return value;
  }

  kind(value) {
    if (value === null || value === undefined) return 'null';
    if (Array.isArray(value)) return 'list';
    if (value instanceof Map) return 'map';
    if (value instanceof Set) return 'set';
    if (value instanceof Uint8Array) return 'bytes';
    if (value instanceof Date) return 'timestamp';
    const type = typeof value;
    if (type === 'boolean') return 'bool';
    if (type === 'bigint') return 'int';
    if (type === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0) ? 'int' : 'double';
    if (type === 'string') return 'string';
    if (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null) return 'map';
    return 'other';
  }

  class_of(value) {
    if (value === null) return 'null';
    if (typeof value !== 'object') return typeof value;
    return value instanceof amino.Reference ? 'Reference' : value.constructor.name;
  }

  fail(message) {
    throw new RangeError(message);
  }

  fail_all(message) {
    const first = new RangeError('first', { cause: new TypeError('behind') });
    throw new AggregateError([first, new AggregateError([new TypeError('second')], 'within')], message);
  }

  fail_many(count) {
    let error = new AggregateError(Array.from({ length: count }, (_, n) => `reason ${n}`), 'innermost');
    for (let level = 0; level < count; level++) error = new AggregateError([error], `${level}`);
    throw new AggregateError(new Array(count).fill(error), 'many');
  }

  pass_on(names) {
    if (names.length === 0) throw new RangeError('the end of the line');
    return amino.get(names[0]).pass_on(names.slice(1));
  }

  async pass_on_later(names) {
    return await amino.get(names[0]).async.pass_on(names.slice(1));
  }

  members(name, method, value) {
    try {
      return amino.get(name)[method](value);
    } catch (error) {
      return error.errors.map((each) => [each.type, each.message]);
    }
  }

  relay(name, method, value) {
    return amino.get(name)[method](value);
  }

  demand(kind, key, method, value) {
    return amino.getOrCreate(kind, key)[method](value);
  }
}
