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
export function commands({ target, caller, options }: StubState, manager: string): DeploymentManagers;
/**
 * Commands to the deployment managers of an object: `stub.dm.push()` goes to the first of its chain that knows the command,
 * `stub.dm.of('Retry').…` to one by name. `stub.dm.transaction(async () => …)` runs a block whose calls to the object happen as one, or not at
 * all where it throws. Calls that other objects make to it, because the block called those, belong to it; what changes in others stays.
 */
export type DeploymentManagers = ManagerCommands & AnyMembers;
export type ManagerCommands = {
    of: (deploymentManager: string) => DeploymentManagers;
    transaction: <T>(block: (name: string) => T | Promise<T>) => Promise<T>;
};
import type { StubState } from './stub.js';
import type { AnyMembers } from './stub.js';
