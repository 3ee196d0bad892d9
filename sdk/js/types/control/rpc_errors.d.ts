/**
 * @param {ErrorMessage} message
 * @returns {AminoError}
 */
export function errorOfMessage(message: ErrorMessage): AminoError;
/**
 * The error behind a failed RPC.
 * @param {unknown} error of grpc-js
 * @param {string} who did not answer, such as `the kernel at 127.0.0.1:7420`
 * @returns {AminoError}
 */
export function errorOfRpc(error: unknown, who: string): AminoError;
import type { Error as ErrorMessage } from '../pb/common_pb.js';
import { AminoError } from '../errors/tree.js';
