import { isLookedUp } from './members.js';
import { runTransaction } from './transaction.js';

/** @import { AnyMembers, StubState } from './stub.js' */

/**
 * Commands to the deployment managers of an object: `stub.dm.push()` goes to the first of its chain that knows the command,
 * `stub.dm.of('Retry').…` to one by name. `stub.dm.transaction(async () => …)` runs a block whose calls to the object happen as one, or not at
 * all where it throws. Calls that other objects make to it, because the block called those, belong to it; what changes in others stays.
 * @typedef {ManagerCommands & AnyMembers} DeploymentManagers
 */

/**
 * @typedef {object} ManagerCommands
 * @property {(deploymentManager: string) => DeploymentManagers} of
 * @property {<T>(block: (name: string) => T | Promise<T>) => Promise<T>} transaction
 */

/**
 * @param {StubState} state
 * @param {string} manager empty: the first that knows the command
 * @returns {DeploymentManagers}
 */
export function commands({ target, caller, options }, manager) {
  return new Proxy(/** @type {DeploymentManagers} */ (Object.create(null)), {
    get(_, name) {
      if (typeof name === 'symbol' || isLookedUp(name)) return undefined;
      if (name === 'transaction') {
        return (/** @type {(name: string) => unknown} */ block) => runTransaction({ target, caller, options }, manager, block);
      }
      if (name === 'of' && manager === '') return (/** @type {string} */ other) => commands({ target, caller, options }, other);
      return (/** @type {unknown[]} */ ...args) => caller.command(target, manager, name, args, options);
    },
    set(_, name) {
      throw new TypeError(`${String(name)} of the deployment managers of ${target} cannot be assigned: give a command that sets it`);
    },
  });
}
