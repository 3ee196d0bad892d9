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
export function managerMessages(choices, codec) {
  return choices.map((choice) => {
    const { name, settings = {} } = typeof choice === 'string' ? { name: choice } : choice;
    return { name, config: codec.encode(settings, `the settings of ${name}`) };
  });
}
