/** Begins transactions as the steps of a case say. */
export default class Teller {
  async run(steps, tries) {
    let attempt = 0;
    try {
      const ok = await amino.transaction(async () => {
        attempt += 1;
        const given = [];
        for (const step of steps) await this.step(step[0] === 'first' ? (attempt === 1 ? step.slice(1) : ['skip']) : step, given);
        return given;
      }, { tries });
      return { ok };
    } catch (error) {
      return error instanceof amino.Error ? { error: [error.code, error.message, error.outcome] } : { raised: error.message };
    }
  }

  async step([kind, ...words], given) {
    if (kind === 'raise') throw new RangeError(words[0]);
    if (kind === 'nested') await amino.transaction(() => 1);
    if (kind === 'call') given.push(await amino.get(words[0]).async[words[1]](...words.slice(2)));
  }
}
