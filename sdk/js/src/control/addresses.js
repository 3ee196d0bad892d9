import { ConfigInvalid } from '../errors/tree.js';

const DEFAULT_ADDRESS = '127.0.0.1:7420';
const VARIABLE = 'AMINO_ADDRESS';

/**
 * The kernels to try, in order: the given ones, else AMINO_ADDRESS, else the default.
 * @param {string | undefined} given `host:port`, or several separated by commas
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {string[]}
 * @throws {ConfigInvalid} an address is none
 */
export function addresses(given, environment = process.env) {
  const text = given || environment[VARIABLE] || DEFAULT_ADDRESS;
  const found = text.split(',').map((part) => part.trim()).filter(Boolean);
  const wrong = found.find((address) => !isAddress(address));
  if (wrong !== undefined || found.length === 0) {
    throw new ConfigInvalid(`${JSON.stringify(wrong ?? text)} is no address of a kernel; write host:port, such as ${DEFAULT_ADDRESS}`);
  }
  return found;
}

/** @param {string} address */
function isAddress(address) {
  const parts = /^([^\s/]+):(\d{1,5})$/.exec(address);
  const port = Number(parts?.[2]);
  return parts !== null && port > 0 && port < 65_536;
}
