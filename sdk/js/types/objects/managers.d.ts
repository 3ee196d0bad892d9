/** @import { Codec } from '../wire/codec.js' */
/**
 * A deployment manager of a chain: its name, and its settings where the defaults will not do.
 * @typedef {string | { name: string, settings?: Record<string, unknown> }} DeploymentManagerChoice
 */
/**
 * @param {DeploymentManagerChoice[]} choices outermost first
 * @param {Codec} codec
 * @returns {{ name: string, config: Uint8Array }[]} as messages
 */
export function managerMessages(choices: DeploymentManagerChoice[], codec: Codec): {
    name: string;
    config: Uint8Array;
}[];
/**
 * A deployment manager of a chain: its name, and its settings where the defaults will not do.
 */
export type DeploymentManagerChoice = string | {
    name: string;
    settings?: Record<string, unknown>;
};
import type { Codec } from '../wire/codec.js';
