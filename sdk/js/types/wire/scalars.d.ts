/**
 * @param {bigint} value
 * @returns {Uint8Array} two's complement, big endian, shortest
 */
export function bigIntegerBytes(value: bigint): Uint8Array;
/**
 * @param {Uint8Array} bytes two's complement, big endian, at least one
 * @returns {bigint}
 */
export function bigIntegerOf(bytes: Uint8Array): bigint;
/**
 * msgpack's own timestamp in its shortest of three forms.
 * @param {bigint} nanoseconds since 1970
 * @returns {Uint8Array}
 */
export function timestampBytes(nanoseconds: bigint): Uint8Array;
/**
 * @param {Buffer} bytes 4, 8 or 12
 * @returns {bigint | null} nanoseconds since 1970, or null when the bytes are no timestamp
 */
export function timestampOf(bytes: Buffer): bigint | null;
