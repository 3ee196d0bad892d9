import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CODES, errorOfCode } from '../src/errors/registry.js';
import { AminoError, KernelUnavailable } from '../src/errors/tree.js';
import { CAUSE_LIMIT, ERRORS_LIMIT } from '../src/protocol.js';
import { Codec } from '../src/wire/codec.js';

/** @type {{ code: string, group: string | null, outcome: string }[]} */
const ENTRIES = JSON.parse(readFileSync(new URL('../../../spec/protocol.json', import.meta.url), 'utf8')).codes;

/**
 * @param {AminoError} error
 * @returns {string[]} names of the classes between its own and the root
 */
function groupsOf(error) {
  const names = [];
  let at = Object.getPrototypeOf(error.constructor);
  for (; at !== AminoError; at = Object.getPrototypeOf(at)) names.push(at.name);
  return names;
}

test('every code has its class, in its group and with its outcome, and every class its code', () => {
  assert.deepEqual([...CODES].sort(), ENTRIES.map((entry) => entry.code).sort());
  for (const { code, group, outcome } of ENTRIES) {
    const error = errorOfCode(code, 'm');
    assert.equal(error.code, code);
    assert.equal(error.outcome, outcome.toLowerCase(), code);
    assert.deepEqual(groupsOf(error), group === null ? [] : [group], code);
  }
});

test('an end that knows more than the code says so, and it travels', () => {
  const codec = new Codec();
  const cause = new KernelUnavailable('lost', { outcome: 'ran' });
  const back = /** @type {any} */ (codec.decode(codec.encode(new KernelUnavailable('not sent', { outcome: 'not_run', cause }))));
  assert.equal(back.outcome, 'not_run');
  assert.equal(back.cause.outcome, 'ran');
});

test('a code of a later version keeps its code and says nothing of its call', () => {
  assert.equal(errorOfCode('FROM_LATER', 'm').outcome, 'unknown');
});

test('the members of a group travel, also what is no error, as many as the limits say', () => {
  const codec = new Codec();
  const first = new RangeError('first', { cause: new TypeError('behind') });
  const sent = new AggregateError([first, new AggregateError([new TypeError('second')], 'within'), 'only a text'], 'several');
  const back = /** @type {AminoError} */ (codec.decode(codec.encode(sent)));
  assert.deepEqual(back.errors.map((error) => [error.code, error.type, error.message]), [
    ['GUEST_EXCEPTION', 'RangeError', 'first'], ['GUEST_EXCEPTION', 'AggregateError', 'within'], ['GUEST_EXCEPTION', 'string', 'only a text'],
  ]);
  assert.equal(/** @type {any} */ (back.errors[0]).cause.type, 'TypeError');
  assert.deepEqual(back.errors[1]?.errors.map((error) => error.message), ['second']);
  assert.deepEqual(/** @type {AminoError} */ (codec.decode(codec.encode(back))).errors[1]?.errors[0]?.message, 'second');
  /** @type {AggregateError} */
  let deep = new AggregateError([], 'innermost');
  for (let level = 0; level < 50; level++) deep = new AggregateError([deep], `${level}`);
  const wide = /** @type {AminoError} */ (codec.decode(codec.encode(new AggregateError(new Array(500).fill(deep), 'wide'))));
  assert.equal(count(wide), ERRORS_LIMIT);
  assert.equal(count(/** @type {AminoError} */ (codec.decode(codec.encode(deep)))), CAUSE_LIMIT);
});

/**
 * @param {AminoError} error
 * @returns {number} the errors in it, itself among them
 */
function count(error) {
  return error.errors.reduce((sum, member) => sum + count(member), 1);
}
