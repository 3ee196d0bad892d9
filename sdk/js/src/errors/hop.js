import { CAUSE_LIMIT } from '../protocol.js';

/** Characters of each text of a hop that are shown. */
const LENGTH = 200;

/** Where a call that failed was in the code of one object. */
export class Hop {
  /**
   * @param {string} language of the object
   * @param {string} objectId
   * @param {string | null} name of the object; null: it has none
   * @param {string} member the one that was called
   * @param {string | null} [file] of the artifact; null where the language does not say
   * @param {number | null} [line] of the file, from 1; null where the language does not say
   */
  constructor(language, objectId, name, member, file = null, line = null) {
    this.language = language;
    this.objectId = objectId;
    this.name = name;
    this.member = member;
    this.file = file;
    this.line = line;
    Object.freeze(this);
  }

  /** @returns {string} such as `cart.total (js, cart.js:7)` */
  toString() {
    const where = this.name === null ? `object ${this.objectId} ${this.member}` : `${this.name}.${this.member}`;
    const place = this.file === null ? '' : `, ${this.file}${this.line === null ? '' : `:${this.line}`}`;
    return `${short(where)} (${this.language}${short(place)})`;
  }

  /** @returns {(string | number | null)[]} the array of the hop, as it travels */
  parts() {
    return [this.language, this.objectId, this.name, this.member, this.file, this.line];
  }
}

/** @param {string} text */
function short(text) {
  return text.length <= LENGTH ? text : `${text.slice(0, LENGTH)}…`;
}

/**
 * @param {unknown} parts that travelled
 * @returns {Hop | null} null for what is no hop, such as an item of a later version
 */
export function hopOf(parts) {
  if (!Array.isArray(parts) || parts.length < 6) return null;
  const [language, id, name, member, file, line] = parts;
  const texts = [language, id, member].every((part) => typeof part === 'string');
  const others = [name, file].every((part) => part === null || typeof part === 'string') && (line === null || Number.isInteger(line));
  return texts && others ? new Hop(language, id, name, member, file, line) : null;
}

/**
 * @param {{ hop: Hop | null, cause?: unknown }} error
 * @returns {Hop[]} the objects through whose code the call went, the one that was called first in front
 */
export function hopsOf(error) {
  const hops = [];
  let link = /** @type {{ hop?: Hop | null, cause?: unknown } | null | undefined} */ (error);
  for (let level = 0; link && level <= CAUSE_LIMIT; level++) {
    if (link.hop instanceof Hop) hops.push(link.hop);
    link = /** @type {{ hop?: Hop | null, cause?: unknown } | null | undefined} */ (link.cause);
  }
  return hops;
}

/**
 * Adds its trace to the stack of an error that has come from elsewhere.
 * @template {Error & { hop: Hop | null }} E
 * @param {E} error
 * @returns {E}
 */
export function traced(error) {
  const hops = hopsOf(error);
  if (hops.length > 0) error.stack = `${error.stack}\n  the call went through\n${hops.map((hop) => `    ${hop}`).join('\n')}`;
  return error;
}
