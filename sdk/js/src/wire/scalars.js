const NANOSECONDS = 1_000_000_000n;
const LIMIT_64 = 2n ** 63n;

/**
 * @param {bigint} value
 * @returns {Uint8Array} two's complement, big endian, shortest
 */
export function bigIntegerBytes(value) {
  const magnitude = value >= 0n ? value : -value - 1n;
  const digits = magnitude.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  const bytes = Buffer.from(even, 'hex');
  const padded = /** @type {number} */ (bytes[0]) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  if (value < 0n) for (let index = 0; index < padded.length; index++) padded[index] = ~(/** @type {number} */ (padded[index])) & 0xff;
  return padded;
}

/**
 * @param {Uint8Array} bytes two's complement, big endian, at least one
 * @returns {bigint}
 */
export function bigIntegerOf(bytes) {
  const digits = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  return BigInt.asIntN(8 * bytes.byteLength, BigInt(`0x${digits}`));
}

/**
 * msgpack's own timestamp in its shortest of three forms.
 * @param {bigint} nanoseconds since 1970
 * @returns {Uint8Array}
 */
export function timestampBytes(nanoseconds) {
  let seconds = nanoseconds / NANOSECONDS;
  let rest = nanoseconds % NANOSECONDS;
  if (rest < 0n) {
    seconds -= 1n;
    rest += NANOSECONDS;
  }
  if (seconds >= LIMIT_64 || seconds < -LIMIT_64) throw new RangeError('a timestamp so far away does not fit in 96 bits');
  if (seconds >= 0n && seconds < 2n ** 34n) {
    const word = (rest << 34n) | seconds;
    const short = word < 2n ** 32n;
    const bytes = Buffer.alloc(short ? 4 : 8);
    if (short) bytes.writeUInt32BE(Number(word));
    else bytes.writeBigUInt64BE(word);
    return bytes;
  }
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(Number(rest));
  bytes.writeBigInt64BE(seconds, 4);
  return bytes;
}

/**
 * @param {Buffer} bytes 4, 8 or 12
 * @returns {bigint | null} nanoseconds since 1970, or null when the bytes are no timestamp
 */
export function timestampOf(bytes) {
  if (bytes.length === 4) return BigInt(bytes.readUInt32BE()) * NANOSECONDS;
  if (bytes.length !== 8 && bytes.length !== 12) return null;
  const word = bytes.length === 8 ? bytes.readBigUInt64BE() : 0n;
  const rest = bytes.length === 8 ? word >> 34n : BigInt(bytes.readUInt32BE());
  const seconds = bytes.length === 8 ? word & (2n ** 34n - 1n) : bytes.readBigInt64BE(4);
  return rest < NANOSECONDS ? seconds * NANOSECONDS + rest : null;
}
