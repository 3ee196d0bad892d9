import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { status } from '@grpc/grpc-js';
import { connect } from '../src/index.js';
import { repeat } from '../src/control/repeat.js';
import { errorOfRpc } from '../src/control/rpc_errors.js';
import { errorOfCode } from '../src/errors/registry.js';
import { CuttingProxy } from './cutting_proxy.js';
import { Peer } from './peer.js';

const COUNTER = fileURLToPath(new URL('fixtures/counter.js', import.meta.url));
const NEVER = new Promise(() => { /* the answer to a request whose connection is cut */ });

describe('a connection that is lost before the answer came', () => {
  /** @type {Peer} */
  let peer;
  /** @type {CuttingProxy} */
  let proxy;
  /** @type {import('../src/index.js').Client} */
  let client;
  let cuts = 0;

  beforeEach(async () => {
    peer = await new Peer(({ args }) => args[0]).start();
    peer.know('id-1', 'counter');
    proxy = await new CuttingProxy(peer.address).start();
    client = await connect(proxy.address);
    cuts = 1;
    peer.beforeAnswering = (name) => {
      if (name === 'hello' || cuts === 0) return undefined;
      cuts--;
      proxy.cut();
      return NEVER;
    };
  });
  afterEach(async () => {
    await client.close();
    proxy.stop();
    peer.stop();
  });

  /** @param {string} name */
  const asked = (name) => peer.requests.filter((one) => one.name === name).map((one) => one.request);

  /** @type {[name: string, ask: () => Promise<unknown>][]} */
  const repeated = [
    ['register', () => client.register(COUNTER, 'counter')],
    ['create', () => client.create('counter')],
    ['createMany', () => client.createMany('counter', [[1]])],
    ['delete', () => client.delete('counter')],
    ['move', () => client.move('counter', 'other')],
    ['restart', () => client.restart('counter')],
    ['attach', () => client.attach('counter', ['Retry'])],
  ];
  for (const [name, ask] of repeated) {
    test(`${name} is sent again, with the same id`, async () => {
      await ask();
      const [first, second] = asked(name).map(({ requestId }) => requestId);
      assert.equal(asked(name).length, 2);
      assert.notEqual(first, '');
      assert.equal(second, first);
    });
  }

  test('each request of the user has an id of its own', async () => {
    cuts = 0;
    await client.attach('counter', ['Retry']);
    await client.attach('counter', ['Retry']);
    assert.equal(new Set(asked('attach').map(({ requestId }) => requestId)).size, 2);
  });

  test('a request that only reads is sent again', async () => {
    assert.equal((await client.describe('counter')).id, 'id-1');
    assert.equal(asked('get').length, 2);
  });

  test('a request that may change something and has no id is sent once', async () => {
    cuts = 0;
    const counter = /** @type {any} */ (await client.get('counter'));
    cuts = 1;
    await assert.rejects(counter.dm.push(), { code: 'KERNEL_UNAVAILABLE' });
    assert.equal(asked('command').length, 1);
  });

  test('what a kernel has answered is not asked again', async () => {
    peer.beforeAnswering = () => { throw errorOfCode('KERNEL_UNAVAILABLE', 'the kernel of the object does not answer'); };
    await assert.rejects(client.move('counter', 'other'), { code: 'KERNEL_UNAVAILABLE', message: 'the kernel of the object does not answer' });
    assert.equal(asked('move').length, 1);
  });
});

describe('attempts', () => {
  const LOST = { code: status.UNAVAILABLE, details: 'Connection dropped' };
  const REFUSED = { code: status.UNAVAILABLE, details: 'No connection established. Last error: connect ECONNREFUSED' };
  const GIVEN_UP = { code: status.CANCELLED, details: 'Cancelled on server' };
  const ENDED = { code: status.DEADLINE_EXCEEDED, details: 'Deadline exceeded' };

  /**
   * @param {object[]} failures what the attempts say, in order
   * @param {number} [deadlineMs]
   * @returns {Promise<[outcome: unknown, attempts: number]>}
   */
  async function outcome(failures, deadlineMs = 60_000) {
    let attempts = 0;
    const send = () => (attempts < failures.length ? Promise.reject(failures[attempts++]) : Promise.resolve('answer'));
    const result = await repeat(send, deadlineMs, [1, 1, 1]).catch((error) => error);
    return [result, attempts];
  }

  test('go on until one is answered', async () => {
    assert.deepEqual(await outcome([LOST, REFUSED, REFUSED]), ['answer', 3]);
    assert.deepEqual(await outcome([GIVEN_UP, LOST]), ['answer', 2]);
  });

  test('end with what the first one said, which may have been carried out', async () => {
    assert.deepEqual(await outcome([LOST, REFUSED, REFUSED, REFUSED]), [LOST, 4]);
  });

  test('end at once where the request was not sent, or where a kernel has answered', async () => {
    assert.deepEqual(await outcome([REFUSED]), [REFUSED, 1]);
    assert.deepEqual(await outcome([LOST, ENDED]), [ENDED, 2]);
  });

  test('a kernel that gives a request up has stopped', () => {
    const { code, outcome: fate, message } = errorOfRpc(GIVEN_UP, 'the kernel');
    assert.deepEqual([code, fate], ['KERNEL_UNAVAILABLE', 'unknown']);
    assert.match(message, /^the kernel stopped before it had answered/);
  });

  test('end when no time is left', async () => {
    assert.deepEqual(await outcome([LOST], 0), [LOST, 1]);
  });
});
