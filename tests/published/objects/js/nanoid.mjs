// Short random names, and such as follow from given bytes.
import { customAlphabet, customRandom, nanoid, urlAlphabet } from 'nanoid';
import { nanoid as insecure } from 'nanoid/non-secure';

export const digits = customAlphabet('0123456789', 12);

export default class Tickets {
  constructor() {
    this.sold = [];
    this.draw = digits;
  }

  use() {
    const names = Array.from({ length: 100 }, () => nanoid());
    const given = customRandom('abcdef', 10, (size) => Uint8Array.from({ length: size }, (_, i) => i * 7));
    return {
      different: new Set(names).size,
      lengths: [nanoid().length, nanoid(5).length, insecure(9).length],
      alphabet: urlAlphabet.length,
      form: names.every((name) => /^[\w-]{21}$/.test(name)),
      given: given(),
    };
  }

  goOn() {
    this.sold.push(this.draw());
    return {
      count: this.sold.length,
      different: new Set(this.sold).size,
      form: this.sold.every((name) => /^\d{12}$/.test(name)),
      same: this.draw === digits,
    };
  }
}
