// Blocks of calls that happen as one or not at all: `await amino.transaction(async () => { … })`.
(function (host, amino) {
  'use strict';
  const { AsyncContext, Error, Number, Promise, TypeError } = globalThis;
  const { min, random, round } = Math;
  const { keys } = Object;
  // Functions of their own: nothing that a guest can ask for leads to `host`.
  const begin = host.beginAsync, end = host.endAsync, later = host.later;
  const SECONDS = 60, FIRST_PAUSE_MS = 20, LONGEST_PAUSE_MS = 1000;
  /** The transaction of the code that runs, also after it has awaited something. */
  const open = new AsyncContext.Variable();
  // Guests have what the language has: this is a proposal.
  delete globalThis.AsyncContext;

  /** The transaction of what runs now, or null: that of the call, if any. */
  const current = () => open.get() ?? null;

  /** A function that runs in the transaction in which this is called. */
  function bound(work) {
    const name = open.get();
    return name === undefined ? work : () => open.run(name, work);
  }

  function asked(ask) {
    return new Promise((resolve, reject) => {
      ask((outcome) => {
        try {
          resolve(amino.settle(outcome));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  function pause(milliseconds) {
    return new Promise((resolve) => {
      amino.settle(later(milliseconds, () => {
        resolve();
        return null;
      }));
    });
  }

  function tellsToTryAgain(code) {
    return code === 'TRANSACTION_CONFLICT' || code === 'DEADLOCK';
  }

  /** @returns {Promise<{ result?: unknown, failure?: unknown, ended?: string }>} `ended`: the code with which others had ended it before */
  async function once(block, milliseconds) {
    const around = current();
    const name = await asked((told) => begin(milliseconds, told, around));
    let result;
    try {
      result = await open.run(name, block);
    } catch (failure) {
      const reason = `its block threw ${failure instanceof Error ? failure.name : typeof failure}`;
      try {
        return { failure, ended: await asked((told) => end(name, reason, told)) };
      } catch {
        // It ends by itself, with the call at the latest.
        return { failure, ended: '' };
      }
    }
    try {
      await asked((told) => end(name, null, told));
    } catch (failure) {
      return { failure, ended: '' };
    }
    return { result };
  }

  function options(given) {
    for (const name of keys(given)) {
      if (name !== 'timeout' && name !== 'tries') throw new TypeError(`transaction() has no option ${name}: it takes timeout, in seconds, and tries`);
    }
    const { timeout = SECONDS, tries = 1 } = given;
    const seconds = timeout instanceof amino.Duration ? Number(timeout.nanoseconds) / 1e9 : timeout;
    if (typeof seconds !== 'number' || !(seconds > 0)) throw new TypeError('the timeout of a transaction is a number of seconds above 0');
    return { milliseconds: round(seconds * 1000), tries };
  }

  /**
   * Runs a block whose calls to any objects, and the calls that these make because of them, happen as one or not at all.
   * @param {() => unknown} block what it changes in this object it may change several times, where it is to be tried again
   * @param {{ timeout?: number, tries?: number }} given `timeout`: seconds until it ends without effect, at most those of the member's call
   */
  amino.transaction = async (block, given = {}) => {
    if (typeof block !== 'function') throw new TypeError('transaction() takes the function whose calls are to happen as one or not at all');
    const { milliseconds, tries } = options(given);
    for (let attempt = 1; ; attempt++) {
      const ran = await once(block, milliseconds);
      if (!('failure' in ran)) return ran.result;
      const code = amino.recordOf(ran.failure)?.code;
      if (attempt >= tries || !(tellsToTryAgain(ran.ended) || tellsToTryAgain(code))) throw ran.failure;
      await pause(round(min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt) * (0.5 + random())));
    }
  };
  amino.inTransaction = { current, bound };
})
