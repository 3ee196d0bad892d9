import net from 'node:net';
import { FrameSplitter } from './frame_splitter.js';
import { FRAME_LIMIT } from '../protocol.js';

/**
 * A carrier takes frames from one end to the other.
 * @typedef {object} Carrier
 * @property {(events: CarrierEvents) => void} start begins to connect
 * @property {(frame: Buffer, done: () => void) => void} write sends a frame that has its length in front; `done` when it has left
 * @property {() => void} close ends it after what was written; no event follows
 * @property {string} peer for messages
 * @property {boolean} greets whether both ends say hello first
 */

/**
 * @typedef {object} CarrierEvents
 * @property {() => void} onOpen
 * @property {(frame: Buffer) => void} onFrame without its length; throws to end the connection
 * @property {(error: unknown) => void} onEnd once; null when the other end closed it
 */

/**
 * The direct lane: frames behind their lengths over a Unix socket or TCP.
 */
export class SocketCarrier {
  #where;
  #connectMs;
  /** @type {net.Socket | null} */
  #socket = null;

  /**
   * @param {{ path: string } | { host: string, port: number }} where
   * @param {number} [connectMs] how long connecting may take
   */
  constructor(where, connectMs = 5000) {
    this.#where = where;
    this.#connectMs = connectMs;
    /** @readonly */
    this.greets = true;
    /** @readonly */
    this.peer = 'path' in where ? where.path : `${where.host}:${where.port}`;
  }

  /** @param {CarrierEvents} events */
  start(events) {
    const socket = net.connect(this.#where);
    this.#socket = socket;
    const splitter = new FrameSplitter(FRAME_LIMIT);
    /** @type {unknown} */
    let reason = null;
    socket.setNoDelay(true);
    const timer = setTimeout(() => socket.destroy(new Error(`no connection within ${this.#connectMs} ms`)), this.#connectMs);
    socket.on('connect', () => {
      clearTimeout(timer);
      events.onOpen();
    });
    socket.on('data', (chunk) => {
      try {
        splitter.push(chunk, events.onFrame);
      } catch (error) {
        socket.destroy(/** @type {Error} */ (error));
      }
    });
    socket.on('error', (error) => { reason = error; });
    socket.on('close', () => {
      clearTimeout(timer);
      if (this.#socket) events.onEnd(reason);
    });
  }

  /**
   * @param {Buffer} frame
   * @param {() => void} done
   */
  write(frame, done) {
    this.#socket?.write(frame, done);
  }

  close() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.end();
    socket?.unref();
  }
}
