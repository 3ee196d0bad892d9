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
    /**
     * @param {{ path: string } | { host: string, port: number }} where
     * @param {number} [connectMs] how long connecting may take
     */
    constructor(where: {
        path: string;
    } | {
        host: string;
        port: number;
    }, connectMs?: number);
    /** @readonly */
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
/**
 * A carrier takes frames from one end to the other.
 */
export type Carrier = {
    /**
     * begins to connect
     */
    start: (events: CarrierEvents) => void;
    /**
     * sends a frame that has its length in front; `done` when it has left
     */
    write: (frame: Buffer, done: () => void) => void;
    /**
     * ends it after what was written; no event follows
     */
    close: () => void;
    /**
     * for messages
     */
    peer: string;
    /**
     * whether both ends say hello first
     */
    greets: boolean;
};
export type CarrierEvents = {
    onOpen: () => void;
    /**
     * without its length; throws to end the connection
     */
    onFrame: (frame: Buffer) => void;
    /**
     * once; null when the other end closed it
     */
    onEnd: (error: unknown) => void;
};
