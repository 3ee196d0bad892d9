/** What transactions change. */
export default class Account {
  static readOnly = ['balance'];
  constructor(money) { this.money = money; }
  add(amount) {
    if (this.money + amount < 0) throw new RangeError('not enough money');
    this.money += amount;
    return this.money;
  }
  balance() { return this.money; }
}
