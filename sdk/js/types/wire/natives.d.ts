/**
 * @param {object} value
 * @returns {Named | null} how it travels; null for a value of another class
 */
export function nativeToNamed(value: object): Named | null;
/**
 * @param {Named} named
 * @returns {unknown} the value of JavaScript's own; the same where it has none, or cannot hold it without loss
 */
export function nativeOfNamed(named: Named): unknown;
export type View = {
    new (buffer: ArrayBuffer): ArrayBufferView;
    name: string;
    BYTES_PER_ELEMENT: number;
};
import { Named } from './named.js';
