/**
 * A request that has no answer yet. `isDue`: an answer comes when it has been carried out; of a stream nobody knows when the next one comes.
 * @typedef {{ number: number, address: string, isDue: boolean, end: (error: Error) => void }} Sent
 */
/** The requests of a client that have no answer yet, in the order in which they were sent. */
export class UnderWay {
    /**
     * @param {string} address of the kernel that has it
     * @param {{ cancel: () => void }} call of grpc-js
     * @param {(error: Error) => void} fail
     * @param {{ isDue?: boolean }} [kind]
     * @returns {Sent} to be given to `answered`
     */
    add(address: string, call: {
        cancel: () => void;
    }, fail: (error: Error) => void, { isDue }?: {
        isDue?: boolean;
    }): Sent;
    /** @param {Sent} sent */
    answered(sent: Sent): void;
    /** @returns {number | null} the number of the oldest one whose answer is due; null: there is none */
    get oldest(): number | null;
    /**
     * Ends all that one kernel has.
     * @param {string} address of that kernel
     * @param {Error} error
     */
    giveUp(address: string, error: Error): void;
    #private;
}
/**
 * A request that has no answer yet. `isDue`: an answer comes when it has been carried out; of a stream nobody knows when the next one comes.
 */
export type Sent = {
    number: number;
    address: string;
    isDue: boolean;
    end: (error: Error) => void;
};
