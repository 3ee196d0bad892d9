import assert from 'node:assert/strict';
import net from 'node:net';
import test from 'node:test';
import { addresses } from '../src/control/addresses.js';
import { FrameSplitter } from '../src/lane/frame_splitter.js';
import { TimerWheel } from '../src/lane/timer_wheel.js';
import { Connection } from '../src/lane/connection.js';
import { SocketCarrier } from '../src/lane/socket_carrier.js';
import { Call } from '../src/lane/call.js';
import { VERSION } from '../src/protocol.js';
import { Codec } from '../src/wire/codec.js';
import { encodeFrame } from './peer_replies.js';
import { seeded } from './random.js';

test('a stream cut anywhere gives the same frames', (context) => {
  const below = seeded(context);
  const bodies = Array.from({ length: 200 }, () => Buffer.alloc(below(300), below(256)));
  const stream = Buffer.concat(bodies.flatMap((body) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(body.length);
    return [length, body];
  }));
  /** @type {Buffer[]} */
  const seen = [];
  const splitter = new FrameSplitter(300);
  for (let at = 0; at < stream.length;) {
    const size = 1 + below(500);
    splitter.push(stream.subarray(at, at + size), (frame) => seen.push(Buffer.from(frame)));
    at += size;
  }
  assert.deepEqual(seen, bodies);
});

test('a frame beyond the limit is refused before its body', () => {
  const splitter = new FrameSplitter(100);
  assert.throws(() => splitter.push(Buffer.from([101, 0, 0, 0]), () => assert.fail()), { code: 'FRAME_INVALID' });
});

test('the wheel gives each entry once, never early, and at most a tick late', (context) => {
  const below = seeded(context);
  const wheel = new TimerWheel(5, 10, 8);
  /** @type {Map<import('../src/lane/timer_wheel.js').Timed, number>} */
  const due = new Map();
  for (let index = 0; index < 500; index++) {
    const entry = { dueTick: 0, earlier: null, later: null };
    due.set(entry, below(2000));
    wheel.add(entry, due.get(entry) ?? 0);
  }
  for (const entry of [...due.keys()].filter(() => below(4) === 0)) {
    wheel.remove(entry);
    due.delete(entry);
  }
  for (let now = 5; due.size > 0; now += 1 + below(60)) {
    for (const entry of wheel.advance(now)) {
      assert((due.get(entry) ?? Infinity) <= now);
      due.delete(/** @type {any} */ (entry));
    }
    for (const time of due.values()) assert(time > now - 10);
    assert(now < 3000);
  }
  assert.equal(wheel.size, 0);
});

/**
 * @param {(socket: net.Socket) => void} greet what the kernel does when a client connects
 * @param {(connection: Connection) => Promise<void>} use
 */
async function against(greet, use) {
  const server = net.createServer(greet);
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  const settings = {
    clientId: 'c', token: null, budgetMs: 60_000, codec: new Codec(), sequence: { next: 0 },
    onFailed: (/** @type {Call} */ call, /** @type {unknown} */ error) => call.fail(error),
  };
  const connection = new Connection(new SocketCarrier({ host: '127.0.0.1', port }), settings);
  try {
    await use(connection);
  } finally {
    connection.close(/** @type {any} */ (new Error('the test is over')));
    server.close();
  }
}

/** @param {net.Socket} socket */
const hello = (socket) => socket.write(encodeFrame([4, { v: VERSION, kernel: 'k', max_frame: 1000, features: ['later'], principal: { later: 1 } }]));

/**
 * Says hello, and answers the first frame after the client's own hello.
 * @param {Buffer} reply
 * @returns {(socket: net.Socket) => void}
 */
function answering(reply) {
  return (socket) => {
    hello(socket);
    const splitter = new FrameSplitter(1000);
    let frames = 0;
    socket.on('data', (chunk) => splitter.push(chunk, () => {
      if (++frames === 2) socket.write(reply);
    }));
  };
}

/**
 * @param {Connection} connection
 * @param {unknown[]} args
 */
function send(connection, args) {
  return new Promise((resolve, reject) => {
    connection.send(new Call('o', 'm', null, resolve, reject), Buffer.from([0xa1, 0x6f, 0xa1, 0x6d]), args);
  });
}

test('a kernel that says goodbye is quoted', async () => {
  const goodbye = (/** @type {net.Socket} */ socket) => socket.end(encodeFrame([5, ['PERMISSION_DENIED', 'PermissionDenied', 'wrong token', '', null, null]]));
  await against(goodbye, async (connection) => {
    await assert.rejects(connection.open(), { code: 'KERNEL_UNAVAILABLE', message: /wrong token/ });
  });
});

test('the limit of the hello holds', async () => {
  await against(hello, async (connection) => {
    await connection.open();
    await assert.rejects(send(connection, ['x'.repeat(1000)]), { code: 'VALUE_INVALID', message: /limit/ });
  });
});

test('a kernel of another version is refused with the side to upgrade', async () => {
  for (const [said, side] of /** @type {const} */ ([[1, 'the kernel at .*'], [3, 'this program'], ['2', 'the kernel at .*'], [null, 'the kernel at .*']])) {
    const greet = (/** @type {net.Socket} */ socket) => socket.write(encodeFrame([4, { v: said, kernel: 'k', max_frame: 1000 }]));
    await against(greet, async (connection) => {
      await assert.rejects(connection.open(), { code: 'FRAME_INVALID', outcome: 'not_run', message: new RegExp(`upgrade ${side}$`) });
    });
  }
});

test('metadata of replies is passed over', async () => {
  const metadata = new Map(/** @type {[number, any][]} */ ([[0, 17], [31, { later: [1] }]]));
  for (const reply of [[1, 0, [7], metadata], [2, 0, [0], [7], metadata]]) {
    await against(answering(encodeFrame(reply)), async (connection) => {
      await connection.open();
      assert.equal(await send(connection, []), 7);
      assert.equal(connection.lost, null);
    });
  }
});

test('a frame that makes no sense ends the connection, and what waits fails', async () => {
  for (const nonsense of [[9, 1], [1, 77, [1]], [1, 0, [1, 2]], [2, 0, [5], [1]]]) {
    await against(answering(encodeFrame(nonsense)), async (connection) => {
      await connection.open();
      await assert.rejects(send(connection, []), { code: 'KERNEL_UNAVAILABLE' });
      assert.equal(connection.lost?.code, 'FRAME_INVALID');
    });
  }
});

test('pings are answered, and requests refused', async () => {
  /** @type {Buffer[]} */
  const got = [];
  const asking = (/** @type {net.Socket} */ socket) => {
    hello(socket);
    const splitter = new FrameSplitter(1000);
    socket.on('data', (chunk) => splitter.push(chunk, (frame) => got.push(Buffer.from(frame))));
    socket.write(encodeFrame([6, 300]));
    socket.write(encodeFrame([0, 3, 0, ['o', 'm', []]]));
  };
  await against(asking, async (connection) => {
    await connection.open();
    const { until } = await import('./until.js');
    await until(() => got.length === 3);
    assert.deepEqual([...(got[1] ?? [])], [0x92, 7, 0xcd, 1, 44]);
    assert.match(String(got[2]), /OBJECT_NOT_FOUND/);
  });
});

test('an outcome that JavaScript cannot hold fails its own call', async () => {
  // [1, 0, [{1: 'a', 1.0: 'b'}, 5]]: two keys that are one in JavaScript, then a result.
  const body = Buffer.from('930100928201a161cb3ff0000000000000a16205', 'hex');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  await against(answering(Buffer.concat([length, body])), async (connection) => {
    await connection.open();
    const [first, second] = await Promise.allSettled([send(connection, []), send(connection, [])]);
    assert.equal(/** @type {any} */ (first).reason.code, 'VALUE_INVALID');
    assert.equal(/** @type {any} */ (second).value, 5);
  });
});

test('where to look for a kernel', () => {
  assert.deepEqual(addresses(undefined, {}), ['127.0.0.1:7420']);
  assert.deepEqual(addresses(undefined, { AMINO_ADDRESS: 'a:1, b:2' }), ['a:1', 'b:2']);
  for (const wrong of ['nowhere', 'host:', 'host:99999', ':1', ',', 'http://host:1']) assert.throws(() => addresses(wrong), { code: 'CONFIG_INVALID' });
});
