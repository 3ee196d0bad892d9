import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import test from 'node:test';
import { Call } from '../src/lane/call.js';
import { Connection } from '../src/lane/connection.js';
import { FrameSplitter } from '../src/lane/frame_splitter.js';
import { SocketCarrier } from '../src/lane/socket_carrier.js';
import { FRAME_LIMIT, VERSION } from '../src/protocol.js';
import { Codec } from '../src/wire/codec.js';
import { ValueDecoder } from '../src/wire/decode.js';
import { Reader } from '../src/wire/reader.js';
import { encodeFrame, replyFrame } from './peer_replies.js';
import { until } from './until.js';

/** @typedef {{ name: string, requests: number[], answered: [number, number][], last: number, not_run: [number, number][], late: [number, number][] }} Case */

/** @type {{ cases: Case[] }} */
const { cases } = JSON.parse(readFileSync(new URL('../../../tests/conformance/goodbye.json', import.meta.url), 'utf8'));

/** A kernel that is played by hand: it greets, and keeps the frames that come. */
class Kernel {
  /** @type {any[]} */
  frames = [];
  /** @type {net.Socket | null} */
  socket = null;
  ended = false;
  #server = net.createServer((socket) => {
    this.socket = socket;
    const splitter = new FrameSplitter(FRAME_LIMIT);
    socket.on('data', (chunk) => splitter.push(chunk, (frame) => this.frames.push(new ValueDecoder().value(new Reader(Buffer.from(frame))))));
    socket.on('close', () => { this.ended = true; });
    socket.on('error', () => { /* close follows */ });
    socket.write(encodeFrame([4, { v: VERSION, kernel: 'k', max_frame: FRAME_LIMIT }]));
  });

  /** @returns {Promise<number>} the port */
  listen() {
    return new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', () => resolve(/** @type {net.AddressInfo} */ (this.#server.address()).port));
    });
  }

  /** @param {Buffer} frame */
  send(frame) {
    this.socket?.write(frame);
  }

  /** @param {number} last */
  leave(last) {
    this.send(encodeFrame([5, ['KERNEL_UNAVAILABLE', 'AminoError', 'the kernel stops', '', { last }, null, 1]]));
  }

  close() {
    this.socket?.destroy();
    this.#server.close();
  }
}

/**
 * @param {(kernel: Kernel, connection: Connection) => Promise<void>} use
 */
async function connected(use) {
  const kernel = new Kernel();
  const port = await kernel.listen();
  const settings = {
    clientId: 'c', token: null, budgetMs: 60_000, codec: new Codec(), sequence: { next: 0 },
    onFailed: (/** @type {Call} */ failed, /** @type {unknown} */ error) => failed.fail(error),
  };
  const connection = new Connection(new SocketCarrier({ host: '127.0.0.1', port }), settings);
  try {
    await connection.open();
    await use(kernel, connection);
  } finally {
    connection.close(/** @type {any} */ (new Error('the test is over')));
    kernel.close();
  }
}

/**
 * @param {Connection} connection
 * @returns {{ outcome: any }} which gets the value or the error
 */
function call(connection) {
  /** @type {{ outcome: any }} */
  const made = { outcome: null };
  const end = (/** @type {unknown} */ outcome) => { made.outcome = outcome; };
  connection.send(new Call('o', 'm', null, end, end), Buffer.from([0xa1, 0x6f, 0xa1, 0x6d]), []);
  return made;
}

for (const given of cases) {
  test(`calls end as the goodbye says: ${given.name}`, async () => {
    await connected(async (kernel, connection) => {
      await until(() => kernel.frames.length === 1);
      assert.deepEqual(kernel.frames[0][1].features, ['goodbye']);
      /** @type {{ outcome: any }[][]} */
      const calls = [];
      for (const [seq, count] of given.requests.entries()) {
        calls.push(Array.from({ length: count }, () => call(connection)));
        await until(() => kernel.frames.length === seq + 2);
      }
      const outcomeOf = (/** @type {[number, number]} */ [seq, index]) => calls[seq]?.[index]?.outcome;
      for (const [seq, index] of given.answered) kernel.send(replyFrame(seq, [index], ['before']));
      kernel.leave(given.last);
      await until(() => connection.lost !== null);
      for (const place of given.answered) assert.equal(outcomeOf(place), 'before');
      for (const place of given.not_run) {
        assert.equal(outcomeOf(place).code, 'KERNEL_UNAVAILABLE');
        assert.equal(outcomeOf(place).outcome, 'not_run');
      }
      for (const place of given.late) assert.equal(outcomeOf(place), null);
      assert.equal(call(connection).outcome.outcome, 'not_run');
      for (const [seq, index] of given.late) kernel.send(replyFrame(seq, [index], ['after']));
      await until(() => kernel.ended);
      for (const place of given.late) assert.equal(outcomeOf(place), 'after');
      assert.equal(kernel.frames.length, given.requests.length + 1);
    });
  });
}

test('what the connection loses after the goodbye may have run', async () => {
  await connected(async (kernel, connection) => {
    const made = call(connection);
    await until(() => kernel.frames.length === 2);
    kernel.leave(0);
    await until(() => connection.lost !== null);
    assert.ok(made.outcome === null);
    kernel.socket?.destroy();
    await until(() => made.outcome !== null);
    assert.equal(made.outcome.outcome, 'unknown');
  });
});
