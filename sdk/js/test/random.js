/**
 * Random numbers that a seed repeats (a linear congruential generator: good enough to choose test data).
 * @param {number} seed
 * @returns {(below: number) => number} integers from 0 to below − 1
 */
export function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/**
 * @param {import('node:test').TestContext} context that prints the seed; AMINO_TEST_SEED sets it
 * @returns {(below: number) => number}
 */
export function seeded(context) {
  const seed = Number(process.env.AMINO_TEST_SEED ?? Date.now() % 2 ** 31);
  context.diagnostic(`seed ${seed}`);
  return random(seed);
}
