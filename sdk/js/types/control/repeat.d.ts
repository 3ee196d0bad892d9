/**
 * Sends a request that carries an id, and sends it again when the connection was lost before its answer came: the OMS carries out each id once.
 * A request that never left this process fails at once.
 * @template T
 * @param {(deadlineMs: number) => Promise<T>} send one attempt, which rejects with what grpc-js says
 * @param {number} deadlineMs of all attempts together
 * @param {readonly number[]} [pausesMs] before each further attempt
 * @returns {Promise<T>}
 * @throws what the last attempt said; where no attempt got an answer, what the first one said
 */
export function repeat<T>(send: (deadlineMs: number) => Promise<T>, deadlineMs: number, pausesMs?: readonly number[]): Promise<T>;
/**
 * @param {unknown} error of grpc-js, or ours where the kernel was given up
 * @returns {boolean} whether the connection was lost, and no kernel has answered
 */
export function isLost(error: unknown): boolean;
/**
 * @param {unknown} error of grpc-js
 * @returns {boolean} whether the request has not left this process
 */
export function neverSent(error: unknown): boolean;
