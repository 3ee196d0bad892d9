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
    /**
     * @param {() => FrameStream} open
     * @param {string} peer for messages
     * @param {(error: unknown) => unknown} explain makes an error of ours of one of gRPC's
     */
    constructor(open: () => FrameStream, peer: string, explain: (error: unknown) => unknown);
    /** @readonly The stream's metadata says who calls. */
    readonly greets: boolean;
    /** @readonly */
    readonly peer: string;
    /** @param {CarrierEvents} events */
    start(events: CarrierEvents): void;
    /**
     * @param {Buffer} frame
     * @param {() => void} done
     */
    write(frame: Buffer, done: () => void): void;
    close(): void;
    #private;
}
export type FrameStream = ClientDuplexStream<Frame, Frame>;
import type { CarrierEvents } from './socket_carrier.js';
import type { Frame } from '../pb/common_pb.js';
import type { ClientDuplexStream } from '@grpc/grpc-js';
