import assert from 'node:assert/strict';
import test from 'node:test';
import { DirectWatch, Stall } from '../src/objects/direct_watch.js';
import { until } from './until.js';

/**
 * @param {(number | null)[]} oldest what the looks find
 * @returns {boolean[]}
 */
function asked(oldest) {
  const stall = new Stall();
  return oldest.map((each) => stall.looked(each));
}

test('a connection whose requests are answered has not stalled', () => {
  assert.deepEqual(asked([null, 1, 2, null, 3, 4]), Array(6).fill(false));
});

test('a request that stays is asked about ever less often', () => {
  const looks = asked(Array(130).fill(7)).flatMap((ask, number) => (ask ? [number] : []));
  assert.deepEqual(looks, [1, 2, 4, 8, 16, 32, 64, 96, 128]);
});

test('each request is new', () => {
  assert.deepEqual(asked([7, 7, 8, 8, null, 8, 8]), [false, true, false, true, false, false, true]);
});

test('it looks while there are connections and not otherwise', async () => {
  const link = /** @type {any} */ ({ oldest: 7 });
  /** @type {any[]} */
  const suspects = [];
  let looks = 0;
  const watch = new DirectWatch(() => (++looks < 3 ? [link] : []), (each) => suspects.push(each));
  watch.start();
  watch.start();
  await until(() => looks === 3, 10_000);
  assert.deepEqual(suspects, [link]);
  watch.start();
  await until(() => looks === 4, 10_000);
  watch.stop();
});
