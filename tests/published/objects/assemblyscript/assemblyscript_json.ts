// assemblyscript-json: a document that grows, a value that stands in two places, and what a decoder and an encoder hold in the module's variables.
import { JSON, JSONEncoder } from "assemblyscript-json/assembly";

@amino
export class Main {
  private document: JSON.Obj = JSON.Value.Object();
  private shared: JSON.Arr = JSON.Value.Array();
  private encoder: JSONEncoder = new JSONEncoder();

  use(): string {
    const text = '{"name": "Łódź \\"x\\" \\\\ \\u00e9\\n", "list": [1, -2.5, 1e3, null, true, [[]], {}], "big": 9007199254740993, "deep": {"a": {"b": "c"}}}';
    this.document = <JSON.Obj>JSON.parse(text);
    this.document.set("shared", this.shared);
    this.document.set("again", this.shared);
    this.document.set("flag", false);
    this.encoder.pushObject(null);
    this.encoder.setString("text", "tab\t quote\" é");
    this.encoder.pushArray("numbers");
    const list = this.document.getArr("list") as JSON.Arr;
    const kinds = list.valueOf().map<string>((each) => (each.isNull ? "null" : each.isArr ? "list" : each.isObj ? "map" : each.isBool ? "flag" : each.isFloat ? "float" : "number"));
    const name = this.document.getString("name") as JSON.Str;
    const missing = this.document.getInteger("name") == null;
    return [this.document.stringify(), kinds.join(","), name.valueOf(), missing.toString(), this.document.keys.join("/")].join(" ");
  }

  go_on(): string {
    const parsed = JSON.parse<string>(`{"number": ${this.shared.valueOf().length}, "half": ${(<f64>this.shared.valueOf().length) / 2}}`);
    this.shared.push(parsed);
    this.encoder.setInteger(null, this.shared.valueOf().length);
    this.encoder.setFloat(null, <f64>this.shared.valueOf().length / 3);
    for (let i = 0; i < 200; i++) (this.document.getObj("deep") as JSON.Obj).set("key" + (i % 17).toString(), "value " + i.toString());
    return this.document.stringify() + " " + this.encoder.toString();
  }
}
