import assert from 'node:assert/strict';
import net from 'node:net';
import test from 'node:test';
import { connect } from '../src/index.js';
import { encodeFrame } from './peer_replies.js';
import { Peer } from './peer.js';

/**
 * Two kernels that know the same object, which is on neither of them, and a client of both.
 * @param {(client: import('../src/client.js').Client, first: Peer, second: Peer) => Promise<void>} use
 */
async function withTwo(use) {
  const first = await new Peer(() => 'first', 'kernel-first').start();
  const second = await new Peer(() => 'second', 'kernel-second').start();
  for (const peer of [first, second]) peer.know('id', 'thing', { replicas: [] });
  const client = await connect(`${first.address},${second.address}`);
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
  const begun = performance.now();
  const client = await connect(`127.0.0.1:${port},${peer.address}`);
  try {
    assert.ok(performance.now() - begun < 5000);
    assert.equal(client.address, peer.address);
  } finally {
    await client.close();
    peer.stop();
    silent.close();
    // gRPC waits for a word of the other end before it closes a connection that never got one.
    for (const socket of taken) socket.destroy();
  }
});
