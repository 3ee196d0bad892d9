import { AminoError, FrameInvalid, KernelUnavailable } from '../errors/tree.js';
import { ValueDecoder } from '../wire/decode.js';
import {
  CANCEL, DEPTH_LIMIT, FRAME_LIMIT, GOODBYE, Goodbye, HELLO, HELLO_MS, Hello, PARTIAL, PING, PONG, REPLY, REQUEST,
} from '../protocol.js';
import { Reader, Unreadable } from '../wire/reader.js';
import * as frames from './frames.js';
import { OutgoingCalls } from './outgoing_calls.js';
import { checkVersion } from './version.js';

/** @typedef {import('./call.js').Call} Call */
/** @typedef {import('./socket_carrier.js').Carrier} Carrier */

const TICK_MS = 10;

/**
 * @typedef {object} ConnectionSettings
 * @property {string} clientId
 * @property {string | null} token
 * @property {number} budgetMs time of a call that names none
 * @property {import('../wire/codec.js').Codec} codec
 * @property {import('./outgoing_calls.js').Sequence} sequence
 * @property {import('./outgoing_calls.js').OnFailed} onFailed
 */

/**
 * One connection to a kernel, over whatever carries it. Calls made in one turn of the loop leave in one frame; while a frame is being written,
 * later calls gather. The thin shell around `OutgoingCalls`: it owns the carrier, the clock and the timer.
 */
export class Connection {
  #carrier;
  #settings;
  #outgoing;
  #reader = new Reader(new Uint8Array(0));
  #scheduled = false;
  #writing = false;
  /** Whether nothing comes any more; calls are taken no more from the goodbye on. */
  #over = false;
  /** @type {NodeJS.Timeout | null} */
  #ticking = null;
  /** @type {((error: AminoError | null) => void) | null} waits for the kernel's hello */
  #greeted = null;

  /**
   * @param {Carrier} carrier
   * @param {ConnectionSettings} settings
   */
  constructor(carrier, settings) {
    this.#carrier = carrier;
    this.#settings = settings;
    this.#outgoing = new OutgoingCalls(settings.codec, settings.budgetMs, performance.now(), settings.sequence, settings.onFailed);
    /** @type {AminoError | null} why it is over */
    this.lost = null;
    /** Id of the kernel; empty before its hello. */
    this.kernel = '';
  }

  /** @returns {string} where the kernel answers, for messages */
  get peer() {
    return this.#carrier.peer;
  }

  /** @returns {number | null} the number of the oldest request without an answer; null: all have one */
  get oldest() {
    return this.#outgoing.oldest;
  }

  /**
   * Connects and exchanges hellos.
   * @returns {Promise<void>}
   * @throws {AminoError} KernelUnavailable, or what the kernel said in its goodbye
   */
  open() {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#lose(new KernelUnavailable(`the kernel at ${this.peer} did not answer the hello within ${HELLO_MS} ms`)), HELLO_MS);
      this.#greeted = (error) => {
        clearTimeout(timer);
        this.#greeted = null;
        if (error) reject(error);
        else resolve();
      };
      this.#carrier.start({
        onOpen: () => this.#greet(),
        onFrame: (frame) => this.#receive(frame),
        onEnd: (error) => this.#ended(error),
      });
    });
  }

  #greet() {
    if (this.#carrier.greets) this.#write(frames.helloFrame(this.#settings.clientId, this.#settings.token));
    else this.#greeted?.(null);
  }

  /**
   * Sends a call with what else is called in this turn of the loop.
   * @param {Call} call
   * @param {Uint8Array} address target and method, encoded
   * @param {readonly unknown[] | Uint8Array} args
   */
  send(call, address, args) {
    if (this.lost) {
      const error = new KernelUnavailable(`${call} was not sent: ${this.lost.message}`, { cause: this.lost, outcome: 'not_run' });
      return this.#settings.onFailed(call, error, args);
    }
    this.#outgoing.add(call, address, args, performance.now());
    if (!this.#scheduled) this.#schedule();
    this.#ticking ??= setInterval(() => this.#tick(), TICK_MS).unref();
  }

  /**
   * @param {Call} call that was sent here
   * @param {unknown} reason
   */
  cancel(call, reason) {
    this.#outgoing.cancel(call, reason);
    if (!this.#scheduled) this.#schedule();
  }

  /** @param {AminoError} reason for the calls that have no answer */
  close(reason) {
    this.#lose(reason);
  }

  #schedule() {
    this.#scheduled = true;
    // The microtasks that are due now belong to this turn of the loop: their calls leave in the same frame.
    queueMicrotask(() => process.nextTick(() => this.#flush()));
  }

  #flush() {
    this.#scheduled = false;
    if (this.#writing || this.lost || this.#greeted) return;
    const frame = this.#outgoing.take();
    if (frame) this.#write(frame);
  }

  /** @param {Buffer} frame */
  #write(frame) {
    this.#writing = true;
    this.#carrier.write(frame, () => {
      this.#writing = false;
      if (this.#outgoing.hasMore && !this.#scheduled) this.#flush();
    });
  }

  #tick() {
    const outgoing = this.#outgoing;
    outgoing.expire(performance.now());
    if (outgoing.hasMore && !this.#scheduled) this.#schedule();
    if (outgoing.wheel.size > 0 || !this.#ticking) return;
    clearInterval(this.#ticking);
    this.#ticking = null;
  }

  /**
   * @param {Buffer} bytes of a frame
   * @throws {FrameInvalid} which ends the connection
   */
  #receive(bytes) {
    const reader = this.#reader;
    reader.buffer = bytes;
    reader.at = 0;
    reader.end = bytes.length;
    try {
      reader.arrayHeader();
      this.#frame(reader.byte(), reader);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      throw new FrameInvalid(`the kernel at ${this.peer} sent a frame that cannot be read: ${error.message}`);
    }
  }

  /**
   * @param {number} kind
   * @param {Reader} reader behind the kind
   */
  #frame(kind, reader) {
    switch (kind) {
      case REPLY: return this.#settle(reader, false);
      case PARTIAL: return this.#settle(reader, true);
      case HELLO: return this.#hello(new ValueDecoder().value(reader));
      case PING: return this.#post(frames.pongFrame(reader.unsignedInteger()));
      case PONG: return;
      case CANCEL: return;
      case REQUEST: return this.#refuse(reader);
      case GOODBYE: return this.#dismissed(goodbye(reader, this.peer));
      default: throw new FrameInvalid(`the kernel at ${this.peer} sent a frame of the unknown kind ${kind}`);
    }
  }

  /**
   * @param {Reader} reader
   * @param {boolean} partial
   */
  #settle(reader, partial) {
    this.#outgoing.settle(reader, partial);
    if (this.lost) this.#part(this.lost);
  }

  /**
   * The kernel has said goodbye. Where it says which calls it still answers, the others are free to go elsewhere at once.
   * @param {AminoError} reason
   */
  #dismissed(reason) {
    const last = reason.cause instanceof AminoError ? reason.cause.details[Goodbye.LAST] : undefined;
    if (this.lost || typeof last !== 'number' || this.#greeted) return this.#lose(reason);
    this.lost = reason;
    this.#outgoing.leave(reason, last);
    this.#part(reason);
  }

  /**
   * Ends a connection whose kernel has said goodbye, when it owes no answer.
   * @param {AminoError} reason
   */
  #part(reason) {
    if (this.#outgoing.oldest === null) this.#lose(reason);
  }

  /** @param {unknown} hello */
  #hello(hello) {
    const parts = /** @type {Record<string, unknown>} */ (hello ?? {});
    checkVersion(parts[Hello.VERSION], `the kernel at ${this.peer}`);
    const kernel = parts[Hello.KERNEL];
    if (typeof kernel === 'string') this.kernel = kernel;
    const most = parts[Hello.MAX_FRAME];
    const limit = typeof most === 'number' ? most : FRAME_LIMIT;
    this.#outgoing.limitFrames(Math.min(limit, FRAME_LIMIT));
    this.#greeted?.(null);
    this.#schedule();
  }

  /**
   * A client has no objects: every call in a request of the kernel is answered so.
   * @param {Reader} reader
   */
  #refuse(reader) {
    const seq = reader.unsignedInteger();
    reader.skip(DEPTH_LIMIT);
    this.#post(frames.refusalFrame(seq, reader.arrayHeader() / 3));
  }

  /** @param {Buffer} frame */
  #post(frame) {
    this.#outgoing.post(frame);
    if (!this.#scheduled) this.#schedule();
  }

  /** @param {unknown} error of the carrier; null when the other end closed it */
  #ended(error) {
    if (error instanceof AminoError) return this.#lose(error);
    const why = error instanceof Error ? error.message : 'the kernel closed it';
    this.#lose(new KernelUnavailable(`the connection to the kernel at ${this.peer} is lost: ${why}`));
  }

  /** @param {AminoError} reason */
  #lose(reason) {
    if (this.#over) return;
    this.#over = true;
    this.lost ??= reason;
    if (this.#ticking) clearInterval(this.#ticking);
    this.#ticking = null;
    this.#carrier.close();
    this.#greeted?.(reason);
    this.#outgoing.lose(reason);
  }
}

/**
 * @param {Reader} reader before the payload
 * @param {string} peer
 * @returns {AminoError}
 */
function goodbye(reader, peer) {
  const payload = new ValueDecoder().errorPayload(reader);
  return new KernelUnavailable(`the kernel at ${peer} said goodbye: ${payload.message}`, { cause: payload });
}
