const BLOCK = 512;
const RECORD = 10_240;
const NAME_SIZE = 100;

/**
 * Writes a tar of regular files without times, owners or modes, byte for byte as `amino_wire.artifacts` does (POSIX pax format), so that equal
 * content has an equal hash in every language.
 * @param {ReadonlyMap<string, Uint8Array>} contents by name, folders separated with `/`
 * @returns {Buffer}
 */
export function tar(contents) {
  /** @type {Uint8Array[]} */
  const parts = [];
  for (const [name, content] of [...contents].sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))) {
    if (!isAscii(name) || name.length > NAME_SIZE) {
      const record = paxRecord('path', name);
      parts.push(header('././@PaxHeader', 0, record.length, 'x'), ...padded(record));
    }
    parts.push(header(name, 0o644, content.byteLength, '0'), ...padded(content));
  }
  const size = parts.reduce((sum, part) => sum + part.byteLength, 0) + 2 * BLOCK;
  return Buffer.concat(parts, Math.ceil(size / RECORD) * RECORD);
}

/**
 * @param {string} name
 * @param {number} mode
 * @param {number} size bytes of the content
 * @param {'0' | 'x'} type
 * @returns {Buffer}
 */
function header(name, mode, size, type) {
  const block = Buffer.alloc(BLOCK);
  const replaced = Array.from(name, (character) => (isAscii(character) ? character : '?')).join('');
  block.write(replaced.slice(0, NAME_SIZE), 0, 'latin1');
  block.write(octal(mode, 8), 100, 'latin1');
  block.write(octal(0, 8), 108, 'latin1');
  block.write(octal(0, 8), 116, 'latin1');
  block.write(octal(size, 12), 124, 'latin1');
  block.write(octal(0, 12), 136, 'latin1');
  block.write(' '.repeat(8), 148, 'latin1');
  block.write(type, 156, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0`, 148, 'latin1');
  return block;
}

/**
 * @param {number} value
 * @param {number} width bytes, with the NUL at the end
 */
function octal(value, width) {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}

/**
 * @param {Uint8Array} content
 * @returns {Uint8Array[]} it, and what fills its last block
 */
function padded(content) {
  const rest = content.byteLength % BLOCK;
  return rest === 0 ? [content] : [content, Buffer.alloc(BLOCK - rest)];
}

/**
 * A record begins with its own length, in decimal, which counts itself.
 * @param {string} keyword
 * @param {string} value
 * @returns {Buffer}
 */
function paxRecord(keyword, value) {
  const content = Buffer.from(` ${keyword}=${value}\n`);
  let length = content.length;
  while (length !== content.length + String(length).length) length = content.length + String(length).length;
  return Buffer.concat([Buffer.from(String(length)), content]);
}

/** @param {string} text */
function isAscii(text) {
  return /^[\0-\x7f]*$/.test(text);
}
