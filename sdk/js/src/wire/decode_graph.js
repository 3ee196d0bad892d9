import { fillMap, fillRecord, isText, readSet } from './decode_map.js';
import { DEPTH_LIMIT, EXTENSION_SET } from '../protocol.js';
import { isIndex, orderedRecord } from './ordered_record.js';
import { Unreadable } from './reader.js';

/** @typedef {import('./decode.js').ValueDecoder} ValueDecoder */

/**
 * Reads the nodes of a graph: first an empty container for each, then what stands in them, since any may hold any.
 * @param {ValueDecoder} decoder
 * @returns {unknown} node 0
 */
export function readGraph(decoder) {
  const { reader } = decoder;
  if (++decoder.graphs > DEPTH_LIMIT) throw new Unreadable(`graphs stand more than ${DEPTH_LIMIT} levels deep in one another`);
  const count = reader.arrayHeader();
  if (count === 0) throw new Unreadable('a graph has no nodes');
  const start = reader.at;
  const enclosing = decoder.nodes;
  const nodes = [];
  for (let index = 0; index < count; index++) {
    const node = emptyContainer(decoder);
    if (node === undefined && index > 0) throw new Unreadable('a node of a graph must be a list, a map or a set');
    nodes.push(node);
    reader.skip(DEPTH_LIMIT);
  }
  reader.at = start;
  decoder.nodes = nodes;
  const first = fill(decoder, nodes[0]);
  for (let index = 1; index < count; index++) fill(decoder, nodes[index]);
  decoder.nodes = enclosing;
  decoder.graphs--;
  return first;
}

/**
 * @param {ValueDecoder} decoder
 * @returns {unknown}
 */
export function readBackReference(decoder) {
  if (!decoder.nodes) throw new Unreadable('a back reference stands outside a graph');
  const index = decoder.reader.unsignedInteger();
  const node = decoder.nodes[index];
  if (node === undefined) throw new Unreadable(`a back reference names node ${index}, which is no container of the graph`);
  return node;
}

/**
 * @param {ValueDecoder} decoder
 * @returns {unknown} an empty container of the kind that begins at the reader, or undefined; the reader stays
 */
function emptyContainer(decoder) {
  const { reader } = decoder;
  const start = reader.at;
  const head = reader.byte();
  let made;
  if ((head & 0xf0) === 0x90 || head === 0xdc || head === 0xdd) made = [];
  else if (isMap(head)) made = emptyMap(decoder, pairCount(decoder, head));
  else if ((head >= 0xd4 && head <= 0xd8) || (head >= 0xc7 && head <= 0xc9)) made = decoder.extensionHeader(head)[0] === EXTENSION_SET ? new Set() : undefined;
  reader.at = start;
  return made;
}

/**
 * @param {ValueDecoder} decoder
 * @param {unknown} node made by `emptyContainer`
 * @returns {unknown} the same, with what stands in it
 */
function fill(decoder, node) {
  const { reader } = decoder;
  if (node === undefined) return decoder.part();
  if (Array.isArray(node)) return decoder.list(reader.arrayHeader(), node);
  if (node instanceof Set) {
    const [, size] = decoder.extensionHeader(reader.byte());
    return decoder.bounded(size, () => readSet(decoder, node));
  }
  const count = pairCount(decoder, reader.byte());
  if (node instanceof Map) fillMap(decoder, count, node);
  else fillRecord(decoder, count, /** @type {Record<string, unknown>} */ (node));
  return node;
}

/** @param {number} head */
function isMap(head) {
  return (head & 0xf0) === 0x80 || head === 0xde || head === 0xdf;
}

/**
 * @param {ValueDecoder} decoder behind the head
 * @param {number} head of a map
 */
function pairCount(decoder, head) {
  const { reader } = decoder;
  return reader.counted(head < 0x90 ? head & 0x0f : reader.unsigned(head === 0xde ? 2 : 4));
}

/**
 * @param {ValueDecoder} decoder before the first key
 * @param {number} count pairs
 * @returns {Record<string, unknown> | Map<unknown, unknown>} empty, of the kind that the keys ask for
 */
function emptyMap(decoder, count) {
  const { reader } = decoder;
  /** @type {string[]} */
  const keys = [];
  for (let index = 0; index < count; index++) {
    if (!isText(reader.peek())) return new Map();
    keys.push(/** @type {string} */ (decoder.part()));
    reader.skip(DEPTH_LIMIT);
  }
  return keys.some(isIndex) ? orderedRecord({}, []) : {};
}
