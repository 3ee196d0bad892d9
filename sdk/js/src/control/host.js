import { readFileSync, statSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';

/**
 * An id that processes have in common when they share a boot, a file system and a user, so that a Unix socket reaches from one to the other.
 * Made like `amino_kernel.boot.identity.host_id`.
 * @returns {string}
 */
export function hostId() {
  return `${boot()}:${root()}:${process.getuid?.() ?? ''}`;
}

/** @returns {string} */
function boot() {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    const card = Object.values(networkInterfaces()).flat().find((one) => one && !one.internal);
    return card?.mac ?? hostname();
  }
}

/** @returns {string} */
function root() {
  try {
    const { dev, ino } = statSync('/', { bigint: true });
    return `${dev.toString(16)}-${ino.toString(16)}`;
  } catch {
    return '';
  }
}
