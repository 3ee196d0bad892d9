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
export function selectorMessage(selector: Selector | undefined): {
    terms: {
        requirements: {
            key: string;
            operator: Operator;
            values: string[];
        }[];
    }[];
} | undefined;
/**
 * @param {import('../pb/common_pb.js').Selector | undefined} selector
 * @returns {string} as people write it, such as `region in (eu, us) and !spot`; empty: every kernel will do
 */
export function selectorText(selector: import("../pb/common_pb.js").Selector | undefined): string;
/**
 * Which kernels, or objects, are meant, by their labels. An object: all of it must hold. A list: one of its terms must.
 * A value is one allowed text, a list of allowed texts, `true` (the label is there), `false` (it is not), or `{ not: … }`.
 */
export type Selector = SelectorTerm | SelectorTerm[];
export type SelectorTerm = Record<string, string | string[] | boolean | {
    not: string | string[];
}>;
import { Requirement_Operator as Operator } from '../pb/common_pb.js';
