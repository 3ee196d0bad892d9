/** The value that travels for an object that stays where it is: its id, and a guess where that is. */
export class Reference {
  /**
   * @param {string} id the object's global id
   * @param {string | null} [className] its class, if known
   * @param {number} [epoch] of the location
   * @param {string | null} [address] where it was at that epoch
   */
  constructor(id, className = null, epoch = 0, address = null) {
    /** @readonly */
    this.id = id;
    /** @readonly */
    this.className = className;
    /** @readonly */
    this.epoch = epoch;
    /** @readonly */
    this.address = address;
    Object.freeze(this);
  }

  /** @returns {string} */
  toString() {
    return `Reference(${this.className ?? 'object'} ${this.id}, epoch ${this.epoch})`;
  }
}
