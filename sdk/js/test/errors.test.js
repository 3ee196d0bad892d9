import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CODES, errorOfCode } from '../src/errors/registry.js';
import { AminoError, KernelUnavailable } from '../src/errors/tree.js';
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
