import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { Duration, connect } from '../src/index.js';
import { milliseconds } from '../src/objects/lengths.js';
import { Peer } from './peer.js';

/** @type {Peer} */
let peer;
/** @type {any} */
let client;

before(async () => {
  peer = await new Peer(({ method }) => method).start();
  peer.know('id-1', 'counter');
  client = await connect(peer.address, { deadline: Duration.fromMilliseconds(5000) });
});

after(async () => {
  await client.close();
  peer.stop();
});

test('lengths are seconds or durations', () => {
  for (const length of [1.5, new Duration(1_500_000_000n)]) assert.equal(milliseconds(length, 'ttl'), 1500);
  assert.equal(milliseconds(0, 'idle'), 0);
  assert.throws(() => milliseconds(0, 'deadline', { zero: false }), /deadline must be more than 0 seconds/);
});

/** @type {Record<string, [string, (length: any) => unknown]>} by method, the option and how it is given */
const OPTIONS = {
  connect: ['deadline', (length) => connect(peer.address, { deadline: length })],
  createWith: ['ttl', (length) => client.createWith({ ttl: length }, 'counter')],
  createMany: ['ttl', (length) => client.createMany('counter', [[1]], { ttl: length })],
  register: ['idle', (length) => client.register('test/fixtures/counter.js', 'x', { idle: length })],
  registerKind: ['idle', (length) => client.registerKind('test/fixtures/counter.js', 'x', { idle: length })],
  withOptions: ['deadline', async (length) => (await client.get('counter')).withOptions({ deadline: length })],
};

describe('other things are refused', () => {
  for (const [method, [option, give]] of Object.entries(OPTIONS)) {
    test(`by ${method}`, async () => {
      for (const length of ['5', null, true, -1, Number.NaN, Infinity, new Duration(-1n)]) {
        await assert.rejects(async () => give(length), { code: 'ARGUMENT_INVALID', message: new RegExp(`^${option} must be .*, not `) });
      }
    });
  }
});
