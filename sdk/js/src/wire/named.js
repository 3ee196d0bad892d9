/**
 * A value of a class that this program does not know, as it travelled. It leaves as it came. `String(named)` is its text where it has one.
 */
export class Named {
  /**
   * @param {string} name of its class, such as `Point` or `amino.decimal`
   * @param {unknown} value what the class was saved as; often an object of its fields, or a string
   */
  constructor(name, value) {
    /** @readonly */
    this.name = name;
    /** @readonly */
    this.value = value;
    Object.freeze(this);
  }

  /** @returns {string} */
  toString() {
    return typeof this.value === 'string' ? this.value : `[${this.name}]`;
  }

  /** @returns {unknown} its plain form */
  toJSON() {
    return this.value;
  }
}
