import { create } from '@bufbuild/protobuf';
import { FrameSchema } from '../pb/common_pb.js';
import { LENGTH_BYTES } from '../protocol.js';

/**
 * @import { ClientDuplexStream } from '@grpc/grpc-js'
 * @import { Frame } from '../pb/common_pb.js'
 * @import { CarrierEvents } from './socket_carrier.js'
 */

/** @typedef {ClientDuplexStream<Frame, Frame>} FrameStream */

/**
 * Frames over the gRPC stream `Session`, for clients that may only open HTTP/2.
 */
export class SessionCarrier {
  #open;
  /** @type {FrameStream | null} */
  #stream = null;

  #explain;

  /**
   * @param {() => FrameStream} open
   * @param {string} peer for messages
   * @param {(error: unknown) => unknown} explain makes an error of ours of one of gRPC's
   */
  constructor(open, peer, explain) {
    this.#open = open;
    this.#explain = explain;
    /** @readonly The stream's metadata says who calls. */
    this.greets = false;
    /** @readonly */
    this.peer = peer;
  }

  /** @param {CarrierEvents} events */
  start(events) {
    const stream = this.#open();
    this.#stream = stream;
    let ended = false;
    const end = (/** @type {unknown} */ error) => {
      if (ended || this.#stream !== stream) return;
      ended = true;
      events.onEnd(error === null ? null : this.#explain(error));
    };
    stream.on('data', (message) => {
      const { data } = message;
      try {
        events.onFrame(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
      } catch (error) {
        stream.cancel();
        end(error);
      }
    });
    stream.on('error', end);
    stream.on('end', () => end(null));
    events.onOpen();
  }

  /**
   * @param {Buffer} frame
   * @param {() => void} done
   */
  write(frame, done) {
    this.#stream?.write(create(FrameSchema, { data: frame.subarray(LENGTH_BYTES) }), done);
  }

  close() {
    const stream = this.#stream;
    this.#stream = null;
    stream?.end();
    stream?.cancel();
  }
}
