/**
 * What travels of an error.
 * @typedef {object} ErrorNode
 * @property {string[]} texts code, type, message and stack
 * @property {object | null} details
 * @property {ErrorNode | null} cause
 * @property {number} outcome
 * @property {ErrorNode[]} errors the members of a group
 * @property {import('../errors/hop.js').Hop | null} hop where it came out of an object's code
 */
/**
 * An error with the errors behind it and within it, as many as travel (docs/wire.md, section 3).
 * @param {Error} error
 * @returns {ErrorNode}
 */
export function errorTree(error: Error): ErrorNode;
/**
 * What travels of an error.
 */
export type ErrorNode = {
    /**
     * code, type, message and stack
     */
    texts: string[];
    details: object | null;
    cause: ErrorNode | null;
    outcome: number;
    /**
     * the members of a group
     */
    errors: ErrorNode[];
    /**
     * where it came out of an object's code
     */
    hop: import("../errors/hop.js").Hop | null;
};
