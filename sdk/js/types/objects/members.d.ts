/**
 * @param {string} name
 * @returns {boolean} whether the name is looked up by the language, and no member of an object
 */
export function isLookedUp(name: string): boolean;
/**
 * @param {string} name
 * @param {Target} target
 * @throws {TypeError} the name is meant for `withOptions`
 */
export function refuseGuess(name: string, { offered }: Target): void;
import type { Target } from './target.js';
