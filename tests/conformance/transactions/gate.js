/** Where callers wait for one another: a call returns when so many have come. It declares that it reads, so that blocks of transactions may call it. */
export default class Gate {
  static readOnly = ['meet'];
  waiting = [];
  async meet(count) {
    const coming = new Promise((go) => this.waiting.push(go));
    if (this.waiting.length >= count) for (const go of this.waiting.splice(0)) go();
    await coming;
    return count;
  }
}
