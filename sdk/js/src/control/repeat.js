import { setTimeout as pause } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { KernelUnavailable } from '../errors/tree.js';
import { Metadata } from '../protocol.js';

/** @import { ServiceError } from '@grpc/grpc-js' */

/** Milliseconds before a request is sent a second, a third and a fourth time. */
const PAUSES_MS = [100, 400, 1600];

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
export async function repeat(send, deadlineMs, pausesMs = PAUSES_MS) {
  const end = performance.now() + deadlineMs;
  /** @type {unknown} */
  let lost;
  for (const pauseMs of [...pausesMs, Infinity]) {
    try {
      return await send(end - performance.now());
    } catch (error) {
      if (!isLost(error) || (lost === undefined && neverSent(error))) throw error;
      lost ??= error;
    }
    if (performance.now() + pauseMs >= end) break;
    await pause(pauseMs);
  }
  throw lost;
}

/**
 * @param {unknown} error of grpc-js, or ours where the kernel was given up
 * @returns {boolean} whether the connection was lost, and no kernel has answered
 */
export function isLost(error) {
  if (error instanceof KernelUnavailable) return error.outcome === 'unknown';
  const { code, metadata } = /** @type {Partial<ServiceError>} */ (error);
  return (code === status.UNAVAILABLE || code === status.CANCELLED) && (metadata?.get(Metadata.ERROR) ?? []).length === 0;
}

/**
 * @param {unknown} error of grpc-js
 * @returns {boolean} whether the request has not left this process
 */
export function neverSent(error) {
  return String(/** @type {Partial<ServiceError>} */ (error).details).includes('No connection established');
}
