/** The Node SDK behind the line protocol of `tests/conformance/README.md`: one JSON command a line in, one JSON answer a line out. */
import { createInterface } from 'node:readline';
import { AminoError, call, connect } from '../src/index.js';
import { build, describe } from './neutral.js';

/** @type {{ client: import('../src/index.js').Client | null }} */
const session = { client: null };
/** @type {Map<string, import('../src/index.js').Stub>} */
const stubs = new Map();

/**
 * @param {any} command
 * @returns {Promise<unknown>} the answer in neutral form
 */
async function carryOut(command) {
  if (command.op === 'connect') {
    await session.client?.close();
    stubs.clear();
    session.client = await connect(command.address);
    return null;
  }
  const { client } = session;
  if (!client) throw new TypeError('connect first');
  if (command.op === 'transaction') return transaction(client, command);
  const { target, method, args } = command;
  const stub = stubs.get(target) ?? await client.get(target);
  stubs.set(target, stub);
  return describe(await call(stub, method, ...args.map((/** @type {any} */ described) => build(described))));
}

/**
 * @param {import('../src/index.js').Client} client
 * @param {any} command
 * @returns {Promise<unknown>} what its steps came to in a transaction
 */
async function transaction(client, { steps, tries }) {
  let attempts = 0;
  /**
   * @param {any[]} step
   * @param {unknown[]} given
   * @returns {Promise<void>}
   */
  async function perform([kind, ...words], given) {
    if (kind === 'raise') throw new RangeError(words[0]);
    if (kind === 'first' && attempts === 1) await perform(words, given);
    if (kind === 'nested') await client.transaction(() => 1);
    if (kind === 'call') given.push(await call(await client.get(words[0]), words[1], ...words.slice(2)));
  }
  try {
    const ok = await client.transaction(async () => {
      attempts += 1;
      /** @type {unknown[]} */
      const given = [];
      for (const step of steps) await perform(step, given);
      return given;
    }, { tries });
    return { ok };
  } catch (error) {
    if (error instanceof AminoError) return { error: [error.code, error.message, error.outcome] };
    if (error instanceof RangeError) return { raised: error.message };
    throw error;
  }
}

/**
 * @param {AminoError} error
 * @returns {any} what came instead of an answer
 */
function failure(error) {
  const { code, type, message, guestStack, outcome, cause, errors, trace, stack: shown } = error;
  const behind = cause instanceof AminoError ? failure(cause) : null;
  return { code, type, message, stack: guestStack, outcome, cause: behind, errors: errors.map(failure), trace: trace.map((hop) => hop.parts()), shown };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = { ok: await carryOut(JSON.parse(line)) };
  } catch (error) {
    if (!(error instanceof AminoError)) throw error;
    answer = { error: failure(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await session.client?.close();
