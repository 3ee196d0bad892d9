import { Requirement_Operator as Operator } from '../pb/common_pb.js';

/**
 * Which kernels, or objects, are meant, by their labels. An object: all of it must hold. A list: one of its terms must.
 * A value is one allowed text, a list of allowed texts, `true` (the label is there), `false` (it is not), or `{ not: … }`.
 * @example { region: ['eu', 'us'], gpu: true, stage: { not: 'test' } }
 * @typedef {SelectorTerm | SelectorTerm[]} Selector
 */

/** @typedef {Record<string, string | string[] | boolean | { not: string | string[] }>} SelectorTerm */

/**
 * @param {Selector | undefined} selector
 * @returns {{ terms: { requirements: { key: string, operator: Operator, values: string[] }[] }[] } | undefined} as a message
 */
export function selectorMessage(selector) {
  if (selector === undefined) return undefined;
  const terms = Array.isArray(selector) ? selector : [selector];
  return { terms: terms.map((term) => ({ requirements: Object.entries(term).map(([key, wanted]) => requirement(key, wanted)) })) };
}

/**
 * @param {import('../pb/common_pb.js').Selector | undefined} selector
 * @returns {string} as people write it, such as `region in (eu, us) and !spot`; empty: every kernel will do
 */
export function selectorText(selector) {
  return (selector?.terms ?? []).map(({ requirements }) => requirements.map(requirementText).join(' and ')).join(' or ');
}

/** @param {import('../pb/common_pb.js').Requirement} requirement */
function requirementText({ key, operator, values }) {
  const [text, one] = [values.join(', '), values.length === 1];
  if (operator === Operator.IN) return one ? `${key}=${text}` : `${key} in (${text})`;
  if (operator === Operator.NOT_IN) return one ? `${key}!=${text}` : `${key} not in (${text})`;
  return operator === Operator.EXISTS ? key : `!${key}`;
}

/**
 * @param {string} key
 * @param {SelectorTerm[string]} wanted
 * @returns {{ key: string, operator: Operator, values: string[] }}
 */
function requirement(key, wanted) {
  if (wanted === true) return { key, operator: Operator.EXISTS, values: [] };
  if (wanted === false) return { key, operator: Operator.NOT_EXISTS, values: [] };
  if (typeof wanted === 'string' || Array.isArray(wanted)) return { key, operator: Operator.IN, values: [wanted].flat() };
  return { key, operator: Operator.NOT_IN, values: [wanted.not].flat() };
}
