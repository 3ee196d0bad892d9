/**
 * A connection on which the same request has had no answer since the last look. Pure. Mostly that is a call that takes its time, so the
 * question is asked at the first such look, at the second, the fourth, and so on.
 */
export class Stall {
    /**
     * @param {number | null} oldest the number of the oldest request without an answer; null: all have one
     * @returns {boolean} whether to ask where the kernel is now
     */
    looked(oldest: number | null): boolean;
    #private;
}
/**
 * Notices connections that lead nowhere any more: a kernel with another address closes none of them, and a kernel that stands still closes
 * none either. Looks while there are connections, and not otherwise; it keeps no process alive.
 */
export class DirectWatch {
    /**
     * @param {() => KernelLink[]} links answers those there are
     * @param {(link: KernelLink) => void} ask begins to ask where the kernel of one is
     */
    constructor(links: () => KernelLink[], ask: (link: KernelLink) => void);
    /** There is one. */
    start(): void;
    /** Looks no more. */
    stop(): void;
    #private;
}
import type { KernelLink } from '../control/kernel_link.js';
