// Markdown to HTML, through a package of many small ones.
import { micromark } from 'micromark';

export default class Main {
  constructor() {
    this.text = '# A *title*\n\nOne & two, `code <a>` and [a link](x.html "to x").\n\n1. first\n2. second\n   - inner\n\n> quoted\n\n```js\n1 < 2\n```\n\n![i](y.png) <b>x</b> &copy;\n';
  }

  use() {
    return { html: micromark(this.text), bytes: micromark(new TextEncoder().encode('**ü**')), raw: micromark('<b>x</b>', { allowDangerousHtml: true }) };
  }

  goOn() {
    this.text += `\n* item ${this.text.length}\n`;
    return { html: micromark(this.text).slice(-80), length: this.text.length };
  }
}
