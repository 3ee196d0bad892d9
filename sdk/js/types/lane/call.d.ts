/** One call under way: its promise, its place in which frame, and the end of its time. */
export class Call {
    /**
     * @param {string} target id of the object
     * @param {string} method
     * @param {import('./options.js').WireOptions | null} options
     * @param {(value: unknown) => void} resolve
     * @param {(error: unknown) => void} reject
     */
    constructor(target: string, method: string, options: import("./options.js").WireOptions | null, resolve: (value: unknown) => void, reject: (error: unknown) => void);
    target: string;
    method: string;
    options: import("./options.js").WireOptions | null;
    resolve: (value: unknown) => void;
    reject: (error: unknown) => void;
    /** @type {import('./gathering.js').SentFrame | null} */
    frame: import("./gathering.js").SentFrame | null;
    index: number;
    /** @type {import('./connection.js').Connection | null} where it was sent */
    connection: import("./connection.js").Connection | null;
    /** @type {{ toString(): string } | null} what the router keeps about its object */
    object: {
        toString(): string;
    } | null;
    /** @type {object | null} where the router sent it last */
    place: object | null;
    /** @type {object | null} its way after its object, from its first failure on */
    route: object | null;
    /** Where the array of its arguments begins and ends among the calls of its frame. */
    argsStart: number;
    argsEnd: number;
    /** When it began, in milliseconds of `performance.now()`; a call that is sent again keeps it. */
    startedAt: number;
    budgetMs: number;
    settled: boolean;
    /** @type {(() => void) | null} what is undone when it ends, such as listening to a signal */
    cleanup: (() => void) | null;
    dueTick: number;
    /** @type {import('./timer_wheel.js').Timed | null} */
    earlier: import("./timer_wheel.js").Timed | null;
    /** @type {import('./timer_wheel.js').Timed | null} */
    later: import("./timer_wheel.js").Timed | null;
    /** @returns {string} for messages */
    toString(): string;
    /** @param {unknown} value */
    succeed(value: unknown): void;
    /** @param {unknown} error */
    fail(error: unknown): void;
}
