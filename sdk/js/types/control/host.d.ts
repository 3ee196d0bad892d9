/**
 * An id that processes have in common when they share a boot, a file system and a user, so that a Unix socket reaches from one to the other.
 * Made like `amino_kernel.boot.identity.host_id`.
 * @returns {string}
 */
export function hostId(): string;
