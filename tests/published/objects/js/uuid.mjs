// Names that are told apart: those that follow from their input, and random ones by their form.
import { NIL, parse, stringify, v1, v3, v4, v5, v7, validate, version } from 'uuid';

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export default class Names {
  constructor() {
    this.space = v5('example.org', v5.DNS);
    this.bytes = parse(this.space);
    this.made = [];
  }

  use() {
    const random = Array.from({ length: 50 }, () => v4());
    return {
      space: this.space,
      md5: v3('hello', v3.URL),
      nil: NIL,
      valid: [validate('x'), validate(NIL)],
      different: new Set(random).size,
      forms: random.every((id) => FORM.test(id)),
      versions: [v1(), v4(), v7()].map(version),
      given: v4({ random: Uint8Array.from({ length: 16 }, (_, i) => i) }),
      timed: v7({ msecs: 1e12, random: new Uint8Array(16), seq: 5 }),
      v7sorted: v7() < v7(),
    };
  }

  goOn() {
    this.made.push(v5(`name ${this.made.length}`, this.bytes));
    return { made: this.made, text: stringify(this.bytes), is: this.bytes instanceof Uint8Array };
  }
}
