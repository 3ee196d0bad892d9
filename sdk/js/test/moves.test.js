import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { connect } from '../src/index.js';
import { until } from './until.js';

const ADDRESS = process.env.AMINO_TEST_ADDRESS;
const COUNTER = fileURLToPath(new URL('fixtures/counter.js', import.meta.url));
const MOVES = 4;

const skip = ADDRESS === undefined && 'AMINO_TEST_ADDRESS names no kernel';

test('no call is lost, and none runs twice, while the object moves', { skip }, async (context) => {
  const client = await connect(ADDRESS);
  const kernels = (await client.kernels()).filter(({ alive }) => alive);
  const other = kernels.find(({ id }) => id !== client.kernel);
  if (!other) {
    await client.close();
    context.skip('the cluster has one kernel; moves need two');
    return;
  }
  const name = `wanderer-${randomBytes(4).toString('hex')}`;
  const far = await connect(other.address);
  try {
    const stubs = [await client.register(COUNTER, name), await far.get(name)];
    let done = 0;
    const moving = new AbortController();
    const hammers = stubs.flatMap((stub) => Array.from({ length: 4 }, async () => {
      while (!moving.signal.aborted) {
        await stub.incr(1);
        done++;
      }
    }));
    for (let move = 0; move < MOVES; move++) {
      const before = done;
      const { replicas: [replica] } = await client.describe(name);
      const target = kernels.find(({ id }) => id !== replica?.kernel);
      const { object, lost } = await client.move(name, target?.id);
      assert.deepEqual([object.replicas[0]?.kernel, lost], [target?.id, []]);
      await until(() => done > before + 100, 30_000);
    }
    moving.abort();
    await Promise.all(hammers);
    assert.equal(await stubs[0]?.get(), done);
    assert.equal(await stubs[1]?.get(), done);
    await client.delete(name);
  } finally {
    await client.close();
    await far.close();
  }
});
