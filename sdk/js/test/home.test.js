import assert from 'node:assert/strict';
import net from 'node:net';
import test from 'node:test';
import { nextAfter } from '../src/control/next_after.js';
import { connect } from '../src/index.js';
import { Reference } from '../src/wire/reference.js';
import { encodeFrame } from './peer_replies.js';
import { Peer, SILENCE } from './peer.js';
import { until } from './until.js';

/**
 * Two kernels that know the same object, which is on neither of them, and a client of both.
 * @param {(client: import('../src/client.js').Client, first: Peer, second: Peer) => Promise<void>} use
 * @param {{ lanes?: ('unix' | 'tcp')[], host?: string }} [ways] to them
 */
async function withTwo(use, { lanes = ['unix'], host = '127.0.0.1' } = {}) {
  const first = await new Peer(() => 'first', 'kernel-first').start({ lanes });
  const second = await new Peer(() => 'second', 'kernel-second').start({ lanes });
  for (const peer of [first, second]) peer.know('id', 'thing', { replicas: [] });
  const client = await connect([first, second].map(({ address }) => address.replace('127.0.0.1', host)).join(','));
  try {
    await use(client, first, second);
  } finally {
    await client.close();
    first.stop();
    second.stop();
  }
}

test('another kernel becomes the home when the first one has ended', async () => {
  await withTwo(async (client, first) => {
    const stub = /** @type {any} */ (await client.get('thing'));
    assert.equal(await stub.incr(), 'first');
    assert.equal(client.kernel, 'kernel-first');
    first.stop();
    // A call that leaves before the loss is noticed may have run, and says so.
    const answer = await stub.incr().catch((/** @type {any} */ error) => { assert.equal(error.outcome, 'unknown'); });
    assert.equal(answer ?? await stub.incr(), 'second');
    assert.equal(client.kernel, 'kernel-second');
    assert.equal((await client.kernels()).length, 1);
  });
});

test('calls go to another kernel when the first one says goodbye, and only those that have not run', async () => {
  await withTwo(async (client, first) => {
    const stub = /** @type {any} */ (await client.get('thing'));
    /** @type {((value: string) => void)[]} */
    const waiting = [];
    first.answer = () => new Promise((resolve) => { waiting.push(resolve); });
    const slow = stub.incr();
    while (waiting.length === 0) await new Promise((resolve) => { setImmediate(resolve); });
    first.stopsClients();
    for (const socket of first.sockets) {
      socket.write(encodeFrame([5, ['KERNEL_UNAVAILABLE', 'AminoError', 'the kernel stops', '', { last: 0 }, null, 1]]));
    }
    while (client.kernel !== 'kernel-second') assert.match(await stub.incr(), /second/);
    waiting[0]?.('answered by the first');
    assert.equal(await slow, 'answered by the first');
  });
});

test('a request finds another kernel when the connection to the first one is lost', async () => {
  await withTwo(async (client, first) => {
    first.stop();
    assert.equal((await client.describe('thing')).id, 'id');
  });
});

test('a client that begins tries the next kernel soon where the first one stands still', async () => {
  /** @type {net.Socket[]} */
  const taken = [];
  const silent = net.createServer((socket) => { taken.push(socket.on('error', () => { /* the client has left */ })); });
  await new Promise((resolve) => { silent.listen(0, '127.0.0.1', () => resolve(undefined)); });
  const { port } = /** @type {net.AddressInfo} */ (silent.address());
  const peer = await new Peer(() => 'here').start();
  try {
    for (const [options, least] of /** @type {const} */ ([[{}, 1000], [{ nextAfter: 0.1 }, 100]])) {
      const begun = performance.now();
      const client = await connect(`127.0.0.1:${port},${peer.address}`, options);
      const tookMs = performance.now() - begun;
      assert.equal(client.address, peer.address);
      await client.close();
      assert.ok(tookMs > least - 50 && tookMs < least + 4000, `${tookMs} ms`);
    }
  } finally {
    peer.stop();
    silent.close();
    // gRPC waits for a word of the other end before it closes a connection that never got one.
    for (const socket of taken) socket.destroy();
  }
});

for (const lanes of /** @type {('unix' | 'tcp')[][]} */ ([['unix'], ['tcp'], []])) {
  test(`a call ends when another kernel says that its own is lost, over ${lanes[0] ?? 'grpc'}`, async () => {
    // The second kernel lists itself alone: as far as it knows, the first one is lost.
    await withTwo(async (client, first) => {
      const stub = /** @type {any} */ (await client.get('thing'));
      first.answer = () => SILENCE;
      await assert.rejects(stub.incr(), { code: 'KERNEL_UNAVAILABLE', outcome: 'unknown', message: /is lost: its lease has ended/ });
      assert.equal(await stub.incr(), 'second');
      assert.equal(client.kernel, 'kernel-second');
    }, { lanes });
  });
}

test('requests go to another kernel when their own is lost, and those that may not be sent again end', async () => {
  await withTwo(async (client, first) => {
    first.beforeAnswering = () => new Promise(() => { /* it stands still */ });
    const commanded = /** @type {any} */ (client.stub(new Reference('id', 'Thing', 1, ''))).dm.poke();
    const ended = commanded.catch((/** @type {any} */ error) => error);
    const [found, restarted, outcome] = await Promise.all([client.describe('thing'), client.restart('thing'), ended]);
    assert.equal(found.id, 'id');
    assert.equal(restarted.id, 'id');
    assert.equal(outcome.code, 'KERNEL_UNAVAILABLE');
    assert.equal(outcome.outcome, 'unknown');
    assert.match(outcome.message, /is lost: its lease has ended/);
  });
});

test('a long call goes on while its kernel lives, whatever name the program has for it', async () => {
  await withTwo(async (client, first, second) => {
    second.others = [first];
    const stub = /** @type {any} */ (await client.get('thing'));
    /** @type {((value: string) => void)[]} */
    const waiting = [];
    first.answer = () => new Promise((resolve) => { waiting.push(resolve); });
    const long = stub.incr();
    await until(() => second.requests.filter(({ name }) => name === 'kernels').length > 1, 20_000);
    waiting[0]?.('still here');
    assert.equal(await long, 'still here');
  }, { lanes: ['tcp'], host: 'localhost' });
});

test('how soon the next kernel is tried can be said', async () => {
  assert.equal(nextAfter(undefined, {}), 1000);
  assert.equal(nextAfter(undefined, { AMINO_NEXT_AFTER: '0.25' }), 250);
  assert.equal(nextAfter(0.5, { AMINO_NEXT_AFTER: 'soon' }), 500);
  for (const wrong of ['soon', '0', '-1', 'Infinity']) {
    assert.throws(() => nextAfter(undefined, { AMINO_NEXT_AFTER: wrong }), { code: 'CONFIG_INVALID', message: /AMINO_NEXT_AFTER = .* more than 0/ });
  }
  await assert.rejects(connect('127.0.0.1:1', { nextAfter: 0 }), { code: 'ARGUMENT_INVALID', message: /nextAfter must be more than 0/ });
});
