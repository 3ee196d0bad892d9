// A document of YAML that keeps its comments while it is changed.
import { Document, LineCounter, parse, parseAllDocuments, parseDocument, stringify, visit } from 'yaml';

const TEXT = '# head\nname: shop # the name\nitems:\n  - &one {id: 1, price: 2.50}\n  - *one\nopen: true\n';

export default class Settings {
  constructor() {
    this.document = parseDocument(TEXT);
    this.made = new Document({ a: [1, 2] });
  }

  use() {
    const lines = new LineCounter();
    const broken = parseDocument('a: [1, 2\nb: 3', { lineCounter: lines });
    const seen = [];
    visit(this.document, {
      Scalar: (key, node) => {
        seen.push(String(node.value));
      },
    });
    return {
      plain: parse(TEXT),
      text: stringify({ list: ['a', { b: null }], long: 'two\nlines\n', yes: 'true', date: '2026-01-01' }),
      errors: broken.errors.map((each) => each.code),
      several: parseAllDocuments('a: 1\n---\nb: 2\n').map((each) => each.toJS()),
      seen,
      big: parse('n: 9007199254740993', { intAsBigInt: true }).n.toString(),
    };
  }

  goOn() {
    const count = this.document.get('count') ?? 0;
    this.document.set('count', count + 1);
    this.document.getIn(['items', 0]).set('price', 3 + count);
    this.made.addIn(['a'], this.made.get('a').items.length);
    return {
      text: String(this.document),
      js: this.document.toJS(),
      is: this.document instanceof Document,
      made: String(this.made),
      anchors: this.document.errors.length,
    };
  }
}
