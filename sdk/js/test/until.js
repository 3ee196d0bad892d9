/**
 * Waits for a condition.
 * @param {() => boolean} condition
 * @param {number} [limitMs]
 * @returns {Promise<void>}
 * @throws {Error} it did not come true in time
 */
export async function until(condition, limitMs = 10_000) {
  const end = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`did not come true within ${limitMs} ms: ${condition}`);
    await new Promise((resolve) => { setTimeout(resolve, 2); });
  }
}
