/** @import { Codec } from '../wire/codec.js' */

/**
 * A deployment manager of a chain: its name, and its configuration where the defaults will not do.
 * @typedef {string | { name: string, config?: Record<string, unknown> }} DeploymentManagerChoice
 */

/**
 * @param {DeploymentManagerChoice[]} choices outermost first
 * @param {Codec} codec
 * @returns {{ name: string, config: Uint8Array }[]} as messages
 */
export function managerMessages(choices, codec) {
  return choices.map((choice) => {
    const { name, config = {} } = typeof choice === 'string' ? { name: choice } : choice;
    return { name, config: codec.encode(config, `the configuration of ${name}`) };
  });
}
