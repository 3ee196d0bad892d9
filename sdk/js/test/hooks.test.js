import assert from 'node:assert/strict';
import test from 'node:test';
import { Named, ValueHooks } from '../src/index.js';
import { Codec } from '../src/wire/codec.js';

class Point {
  /** @param {number} x */
  constructor(x) {
    this.x = x;
  }
}

class Money {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
}

/** @param {ValueHooks} [hooks] */
const codecOf = (hooks) => new Codec(undefined, undefined, hooks);
const plain = codecOf();

test('a registered class comes back as the class, and as a named value where nobody knows it', () => {
  const hooks = new ValueHooks().register(Point).register(Money, { name: 'shop.Money', save: (money) => money.text, load: (text) => new Money(text) });
  const codec = codecOf(hooks);
  const back = /** @type {any} */ (codec.decode(codec.encode([new Point(1), { price: new Money('1.50') }])));
  assert.ok(back[0] instanceof Point);
  assert.equal(back[0].x, 1);
  assert.ok(back[1].price instanceof Money);
  assert.deepEqual(plain.decode(codec.encode(new Point(2))), new Named('Point', { x: 2 }));
  assert.deepEqual(codec.decode(plain.encode(new Named('Point', { x: 3 }))), new Point(3));
  const prices = /** @type {Map<Money, number>} */ (codec.decode(codec.encode(new Map([[new Money('1'), 1], [new Money('2'), 2]]))));
  assert.deepEqual([...prices.keys()], [new Money('1'), new Money('2')]);
  assert.throws(() => codec.encode(new Map([[new Money('1'), 1], [new Money('1'), 2]])), { code: 'VALUE_INVALID', message: /twice/ });
});

test('plain forms are there for those who ask for them', () => {
  const asText = codecOf(new ValueHooks().register(Money, { save: (money) => money.text, plain: true }));
  assert.equal(plain.decode(asText.encode(new Money('1.50'))), '1.50');
  const bare = codecOf(new ValueHooks({ plain: true }));
  assert.equal(bare.decode(plain.encode(new Named('amino.decimal', '1.50'))), '1.50');
  assert.deepEqual(bare.decode(plain.encode(new Float64Array([1]))), new Float64Array([1]));
  assert.equal(plain.decode(bare.encode(new URL('https://example.org/'))), 'https://example.org/');
  assert.equal(String(new Named('amino.decimal', '1.50')), '1.50');
  assert.equal(JSON.stringify({ price: new Named('amino.decimal', '1.50') }), '{"price":"1.50"}');
});

test('typed arrays come back with their own numbers, also from the middle of a buffer', () => {
  const whole = new Int16Array([1, -2, 3, 4]);
  const back = /** @type {any} */ (plain.decode(plain.encode([whole.subarray(1, 3), new Uint8ClampedArray([7]), new BigInt64Array([-1n])])));
  assert.deepEqual(back, [new Int16Array([-2, 3]), new Uint8ClampedArray([7]), new BigInt64Array([-1n])]);
});

test('hooks that fail, and names that are taken, are said', () => {
  const hooks = new ValueHooks().register(Point, { save: () => { throw new RangeError('no'); }, load: () => { throw new RangeError('nor back'); } });
  assert.throws(() => codecOf(hooks).encode([new Point(1)]), { code: 'VALUE_INVALID', message: /value\[0\]: the hook `save` of Point threw RangeError: no/ });
  assert.throws(() => codecOf(hooks).decode(plain.encode(new Named('Point', 1))), { code: 'VALUE_INVALID', message: /the hook `load` of Point/ });
  assert.throws(() => hooks.register(Money, { name: 'Point' }), { code: 'ARGUMENT_INVALID', message: /two classes/ });
  assert.throws(() => hooks.register(Money, { name: 'amino.money' }), { code: 'ARGUMENT_INVALID', message: /standard names/ });
});

test('an object that holds itself through a class is refused, and not followed for ever', () => {
  const codec = codecOf(new ValueHooks().register(Point));
  const point = /** @type {any} */ (new Point(1));
  point.x = point;
  assert.throws(() => codec.encode(point), { code: 'VALUE_INVALID', message: /levels deep/ });
});
