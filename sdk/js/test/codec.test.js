import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { Duration, Reference, Timestamp } from '../src/index.js';
import { Codec } from '../src/wire/codec.js';
import { seeded } from './random.js';

const codec = new Codec();
const file = new URL('../../../tests/conformance/values.json', import.meta.url);

test('what comes in may go out again, in its order', () => {
  const bytes = Buffer.from('83' + 'a23130' + '01' + 'a139' + '02' + 'a161' + '03', 'hex'); // eslint-disable-line no-useless-concat
  /** @type {any} */
  const record = codec.decode(bytes);
  assert.deepEqual(Object.keys(record), ['10', '9', 'a']);
  assert.equal(JSON.stringify(record), '{"10":1,"9":2,"a":3}');
  assert.equal(Buffer.from(codec.encode(record)).toString('hex'), bytes.toString('hex'));
  const edited = /** @type {Record<string, number>} */ (record);
  edited['5'] = 4;
  delete edited['9'];
  assert.deepEqual(Object.entries(record), [['10', 1], ['a', 3], ['5', 4]]);
});

test('a key __proto__ is a property like any other', () => {
  const record = /** @type {object} */ (codec.decode(codec.encode(JSON.parse('{"__proto__": {"polluted": true}}'))));
  assert.equal(Object.getPrototypeOf(record), Object.prototype);
  assert.deepEqual(Object.keys(record), ['__proto__']);
  assert.equal(/** @type {any} */ (record).polluted, undefined);
});

test('what JavaScript takes for different keys and the wire does not', () => {
  const doubles = [
    new Map([[/** @type {unknown} */ (1), 'a'], [1n, 'b']]), new Map([[new Date(5), 1], [new Date(5), 2]]),
    new Map([[new Uint8Array([1]), 1], [new Uint8Array([1]), 2]]), new Map([[new Reference('a'), 1], [new Reference('a'), 2]]),
    new Set([1, 1n]), new Map([[/** @type {unknown} */ (null), 1], [undefined, 2]]),
  ];
  for (const value of doubles) assert.throws(() => codec.encode(value), { code: 'VALUE_INVALID', message: /twice/ });
  assert.doesNotThrow(() => codec.encode(new Map([['\0r5', 1], [/** @type {unknown} */ (new Reference('5')), 2]])));
});

test('what cannot travel is named, with its place', () => {
  class Point {}
  const cases = /** @type {[unknown, RegExp][]} */ ([
    [{ a: [new Point()] }, /value\.a\[0\]: an instance of Point cannot travel/], [{ 'odd key': Symbol('x') }, /value\["odd key"\]: a symbol/],

    [new WeakMap(), /register its class: new ValueHooks\(\).register\(WeakMap\)/],
    [Point, /class \(Point\)/], [[Promise.resolve()], /value\[0\]: a promise/], [new Date(NaN), /invalid Date/],
    [new Map([[{}, 1]]), /key of a map/], [{ [Symbol('hidden')]: 1 }, /symbols as keys/], [new Timestamp(10n ** 40n), /timestamp/],
  ]);
  for (const [value, message] of cases) assert.throws(() => codec.encode(value), { code: 'VALUE_INVALID', message });
  assert.throws(() => new Duration(2n ** 63n), RangeError);
});

test('a long ring of containers needs no call stack', () => {
  const ring = /** @type {any[]} */ ([]);
  let last = ring;
  for (let index = 0; index < 50_000; index++) {
    const next = /** @type {any[]} */ ([]);
    last.push(next, next);
    last = next;
  }
  last.push(ring);
  let seen = /** @type {any} */ (codec.decode(codec.encode(ring)));
  const first = seen;
  for (let index = 0; index < 50_000; index++) {
    assert.equal(seen[0], seen[1]);
    [seen] = seen;
  }
  assert.equal(seen[0], first);
});

/**
 * @param {(below: number) => number} below
 * @param {number} depth
 * @returns {any} a value that comes back equal
 */
function randomValue(below, depth) {
  const scalars = [
    () => null, () => below(2) === 1, () => below(2 ** 31) - 2 ** 30, () => below(2 ** 31) * 2 ** 22 - 2 ** 51, () => below(1000) / 7, () => -0, () => Infinity,
    () => BigInt(below(2 ** 31)) ** BigInt(2 + below(8)) * (below(2) === 1 ? 1n : -1n) - 2n ** 60n, () => 'ü€😀x'.repeat(below(30)), () => 'a'.repeat(below(70)),
    () => new Uint8Array(Array.from({ length: below(300) }, () => below(256))), () => new Date(below(2 ** 31) * 1000 - 2 ** 40),
    () => new Timestamp(BigInt(below(2 ** 31)) * 1_000_003n + 1n), () => new Duration(BigInt(below(2 ** 31)) - 2n ** 30n),
    () => new Reference(`o${below(9)}`, 'C', below(5)),
  ];
  const kind = below(depth > 0 ? scalars.length + 8 : scalars.length);
  const scalar = scalars[kind];
  if (scalar) {
    const value = scalar();
    return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  const parts = Array.from({ length: below(6) }, () => randomValue(below, depth - 1));
  if (kind % 4 === 0) return parts;
  if (kind % 4 === 1) return Object.fromEntries(parts.map((part, index) => [`k${index}`, part]));
  if (kind % 4 === 2) return new Map([[index0(below), parts], ...parts.map((part, index) => /** @type {[any, any]} */ ([index + 10, part]))]);
  return new Set(parts.map((part, index) => [index, part]));
}

/** @param {(below: number) => number} below */
function index0(below) {
  return [null, true, 2.5, new Reference('key')][below(4)];
}

test('random values come back as they went', (context) => {
  const below = seeded(context);
  for (let round = 0; round < 2000; round++) {
    const value = randomValue(below, 4);
    assert.deepEqual(codec.decode(codec.encode(value)), value);
  }
});

test('bytes that were damaged give a value or VALUE_INVALID, and nothing else', (context) => {
  const below = seeded(context);
  /** @type {{ valid: { hex: string }[] }} */
  const { valid } = JSON.parse(readFileSync(file, 'utf8'));
  const originals = valid.map(({ hex }) => Buffer.from(hex, 'hex')).filter((bytes) => bytes.length > 0 && bytes.length < 2000);
  let refused = 0;
  for (let round = 0; round < 20_000; round++) {
    const bytes = Buffer.from(/** @type {Buffer} */ (originals[below(originals.length)]));
    for (let damage = 0; damage <= below(3); damage++) bytes[below(bytes.length)] = below(256);
    const end = below(4) === 0 ? below(bytes.length) : bytes.length;
    try {
      codec.decode(bytes.subarray(0, end));
    } catch (error) {
      assert.equal(/** @type {any} */ (error).code, 'VALUE_INVALID', `${bytes.toString('hex')}: ${String(error)}`);
      refused++;
    }
  }
  assert(refused > 1000);
});

test('graphs in graphs without end are refused', () => {
  let bytes = Buffer.from([0x91, 0x90]);
  for (let level = 0; level < 3000; level++) {
    const head = Buffer.from([0xc9, 0, 0, 0, 0, 6, 0x91]);
    head.writeUInt32BE(bytes.length + (level === 0 ? 0 : 1), 1);
    bytes = level === 0 ? Buffer.concat([head.subarray(0, 6), bytes]) : Buffer.concat([head, bytes]);
  }
  assert.throws(() => codec.decode(bytes), { code: 'VALUE_INVALID', message: /levels deep/ });
});
