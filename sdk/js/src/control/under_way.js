/**
 * A request that has no answer yet. `isDue`: an answer comes when it has been carried out; of a stream nobody knows when the next one comes.
 * @typedef {{ number: number, address: string, isDue: boolean, end: (error: Error) => void }} Sent
 */

/** The requests of a client that have no answer yet, in the order in which they were sent. */
export class UnderWay {
  #numbers = 0;
  /** @type {Set<Sent>} */
  #sent = new Set();

  /**
   * @param {string} address of the kernel that has it
   * @param {{ cancel: () => void }} call of grpc-js
   * @param {(error: Error) => void} fail
   * @param {{ isDue?: boolean }} [kind]
   * @returns {Sent} to be given to `answered`
   */
  add(address, call, fail, { isDue = true } = {}) {
    const end = (/** @type {Error} */ error) => {
      fail(error);
      call.cancel();
    };
    const sent = { number: this.#numbers++, address, isDue, end };
    this.#sent.add(sent);
    return sent;
  }

  /** @param {Sent} sent */
  answered(sent) {
    this.#sent.delete(sent);
  }

  /** @returns {number | null} the number of the oldest one whose answer is due; null: there is none */
  get oldest() {
    for (const { number, isDue } of this.#sent) if (isDue) return number;
    return null;
  }

  /**
   * Ends all that one kernel has.
   * @param {string} address of that kernel
   * @param {Error} error
   */
  giveUp(address, error) {
    for (const sent of [...this.#sent]) if (sent.address === address) sent.end(error);
  }
}
