import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { Codec } from '../src/wire/codec.js';
import { build, canonical, describe } from './neutral.js';

const file = new URL('../../../tests/conformance/values.json', import.meta.url);
/** @type {{ classes: any[], valid: any[], invalid: any[], unencodable: any[] }} */
const vectors = JSON.parse(readFileSync(file, 'utf8'));
const codec = new Codec();

/** @param {string} hex */
const bytes = (hex) => Buffer.from(hex, 'hex');

/**
 * JavaScript has one kind of number: an integral double comes back as an integer.
 * @param {any} value description
 * @returns {any}
 */
function asJavaScript(value) {
  return canonical(describe(build(value)));
}

for (const vector of vectors.valid) {
  const readings = [vector.hex, ...(vector.also_read ?? [])];
  if (vector.refused_by?.includes('js')) {
    test(`refused: ${vector.name}`, () => {
      for (const hex of readings) assert.throws(() => codec.decode(bytes(hex)), { code: 'VALUE_INVALID' });
    });
    continue;
  }
  test(`valid: ${vector.name}`, () => {
    const expected = asJavaScript(vector.value);
    for (const hex of readings) assert.deepEqual(canonical(describe(codec.decode(bytes(hex)))), expected);
    const encoded = Buffer.from(codec.encode(build(vector.value)));
    if (vector.exact && JSON.stringify(expected) === JSON.stringify(canonical(vector.value))) assert.equal(encoded.toString('hex'), vector.hex);
    assert.deepEqual(canonical(describe(codec.decode(encoded))), expected);
  });
}

for (const row of vectors.classes) {
  test(`class of: ${row.what}`, () => {
    const value = /** @type {any} */ (codec.decode(bytes(row.hex)));
    assert.equal(value === null ? 'null' : typeof value === 'object' ? value.constructor.name : typeof value, row.js);
  });
}

for (const vector of vectors.invalid) {
  test(`invalid: ${vector.name}`, () => {
    assert.throws(() => codec.decode(bytes(vector.hex)), { code: 'VALUE_INVALID' });
  });
}

for (const vector of vectors.unencodable) {
  test(`unencodable: ${vector.name}`, () => {
    assert.throws(() => codec.encode(build(vector.value)), (/** @type {any} */ error) => error.code === 'VALUE_INVALID' && error.message.includes(vector.path));
  });
}
