import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { test } from 'node:test';
import { AminoError } from '../src/errors/tree.js';
import { Call } from '../src/lane/call.js';
import { Connection } from '../src/lane/connection.js';
import { FrameSplitter } from '../src/lane/frame_splitter.js';
import { cancelFrame, helloFrame, pongFrame } from '../src/lane/frames.js';
import { OutgoingCalls } from '../src/lane/outgoing_calls.js';
import { SocketCarrier } from '../src/lane/socket_carrier.js';
import { FRAME_LIMIT, LENGTH_BYTES, VERSION } from '../src/protocol.js';
import { Codec } from '../src/wire/codec.js';
import { Reader } from '../src/wire/reader.js';
import { Writer } from '../src/wire/writer.js';
import { build, describe } from './neutral.js';
import { encodeFrame } from './peer_replies.js';

/** @typedef {{ name: string, hex: string, exact: boolean, frame: any }} Vector */

/** @type {Vector[]} */
const VECTORS = JSON.parse(readFileSync(new URL('../../../tests/conformance/frames.json', import.meta.url), 'utf8')).frames;
/** What this SDK says of a call, by the names of spec/protocol.json. @type {Record<string, string>} */
const OPTIONS = {
  kwargs: 'kwargs', budget: 'budgetMs', request_id: 'requestId', read_only: 'readOnly', transaction: 'transaction', trace: 'trace', flags: 'flags',
  epoch: 'epoch', headers: 'headers',
};
const CODEC = new Codec();

/** @param {string} hex */
const bytes = (hex) => Buffer.from(hex, 'hex');

/**
 * @param {number} seq of the next request
 * @param {number} [budgetMs]
 */
const outgoing = (seq, budgetMs = 60_000) => new OutgoingCalls(CODEC, budgetMs, 0, { next: seq }, (call, moved) => call.fail(moved));

/**
 * @param {string} target
 * @param {string} method
 * @returns {Uint8Array}
 */
function address(target, method) {
  const writer = new Writer();
  writer.text(target);
  writer.text(method);
  return writer.toBytes().slice();
}

/**
 * @param {any} frame a reply or partial reply
 * @param {Buffer} data
 * @returns {Promise<any[]>} the outcomes, described
 */
async function settled(frame, data) {
  const count = frame.kind === 'reply' ? frame.outcomes.length : Math.max(...frame.indexes) + 1;
  const calls = outgoing(frame.seq);
  /** @type {Promise<any>[]} */
  const promises = [];
  for (let index = 0; index < count; index++) {
    promises.push(new Promise((resolve) => {
      const raised = (/** @type {any} */ error) => resolve({ raised: /** @type {any} */ (describe(error)).error });
      calls.add(new Call('a', 'm', null, (value) => resolve({ value: describe(value) }), raised), address('a', 'm'), [], 0);
    }));
  }
  calls.take();
  const reader = new Reader(data);
  reader.arrayHeader();
  calls.settle((reader.byte(), reader), frame.kind === 'partial');
  return Promise.all(frame.kind === 'reply' ? promises : frame.indexes.map((/** @type {number} */ index) => promises[index]));
}

/**
 * A call's options as this SDK has them, or null where it has no way to say one of them.
 * @param {Record<string, any>} described
 */
function optionsOf(described) {
  /** @type {Record<string, any>} */
  const options = {};
  for (const [name, content] of Object.entries(described)) {
    const known = OPTIONS[name];
    if (known === undefined) return null;
    options[known] = name === 'kwargs' ? Object.fromEntries(content.map((/** @type {[string, any]} */ [key, value]) => [key, build(value)])) : content;
  }
  return options;
}

/**
 * @param {any} frame
 * @returns {Uint8Array | null} what this SDK writes; null: it writes no such frame
 */
function written(frame) {
  switch (frame.kind) {
    case 'hello': return frame.fields.role === 'client' && frame.fields.features ? helloFrame(frame.fields.client, frame.fields.token) : null;
    case 'cancel': return cancelFrame(frame.seq, frame.indexes);
    case 'pong': return pongFrame(frame.number);
    case 'request': break;
    default: return null;
  }
  const calls = outgoing(frame.seq, frame.budget_ms);
  for (const { target, method, args, options = {} } of frame.calls) {
    const own = optionsOf(options);
    if (own === null) return null;
    const fail = (/** @type {unknown} */ error) => { throw error; };
    calls.add(new Call(target, method, own, () => {}, fail), address(target, method), args.map((/** @type {any} */ arg) => build(arg)), 0);
  }
  return calls.take();
}

test('replies of version 2, and what later versions may add to them, are read', async () => {
  const replies = VECTORS.filter(({ frame }) => ['reply', 'partial'].includes(frame.kind) && frame.outcomes.length > 0);
  assert.ok(replies.length >= 8);
  for (const { name, hex, frame } of replies) assert.deepEqual(await settled(frame, bytes(hex)), frame.outcomes, name);
});

test('frames of version 2 are written', () => {
  /** @type {string[]} */
  const names = [];
  for (const { name, hex, exact, frame } of VECTORS) {
    const frameBytes = exact ? written(frame) : null;
    if (frameBytes === null) continue;
    assert.equal(Buffer.from(frameBytes.subarray(LENGTH_BYTES)).toString('hex'), hex, name);
    names.push(name);
  }
  const wanted = ['hello of a client that knows features', 'request with the options of a client', 'request with an epoch', 'cancel', 'pong'];
  assert.ok(wanted.every((name) => names.includes(name)));
});

/**
 * Sends a frame behind a kernel's hello, or as that hello.
 * @param {Vector} vector
 * @param {(connection: Connection, answers: Buffer[]) => Promise<void>} use
 */
async function receiving({ hex, frame }, use) {
  /** @type {Buffer[]} */
  const answers = [];
  const server = net.createServer((socket) => {
    const splitter = new FrameSplitter(FRAME_LIMIT);
    socket.on('data', (chunk) => splitter.push(chunk, (data) => answers.push(Buffer.from(data))));
    if (frame.kind !== 'hello') socket.write(encodeFrame([4, { v: VERSION, kernel: 'k1', max_frame: FRAME_LIMIT }]));
    const data = bytes(hex);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32LE(data.length);
    socket.write(Buffer.concat([length, data]));
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  const settings = { clientId: 'c1', token: null, budgetMs: 1000, codec: CODEC, sequence: { next: 0 }, onFailed: () => {} };
  const connection = new Connection(new SocketCarrier({ host: '127.0.0.1', port }), settings);
  try {
    await connection.open();
    await use(connection, answers);
  } finally {
    connection.close(new AminoError('the test is over'));
    server.close();
  }
}

/** @param {() => boolean} condition */
async function until(condition) {
  const end = Date.now() + 10_000;
  while (!condition()) {
    assert.ok(Date.now() < end, 'the condition did not come to hold');
    await new Promise((resolve) => { setImmediate(resolve); });
  }
}

for (const vector of VECTORS) {
  const { name, frame } = vector;
  if (frame.kind === 'hello' && frame.fields.kernel) {
    test(`${name} is taken`, () => receiving(vector, async (connection) => {
      assert.equal(connection.kernel, frame.fields.kernel);
      assert.equal(connection.lost, null);
    }));
  }
  if (frame.kind === 'goodbye') {
    test('a goodbye is read', () => receiving(vector, async (connection) => {
      await until(() => connection.lost !== null);
      assert.deepEqual(/** @type {any} */ (describe(connection.lost?.cause)).error, frame.error);
    }));
  }
  if (frame.kind === 'ping') {
    test('a ping is answered by the pong of its number', () => receiving(vector, async (_, answers) => {
      await until(() => answers.length === 2);
      assert.equal(answers[1]?.toString('hex'), VECTORS.find((other) => other.frame.kind === 'pong')?.hex);
    }));
  }
}
