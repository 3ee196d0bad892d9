export default class Account {
  static readOnly = ['balance'];

  constructor(money = 1000000) {
    this.money = money;
  }

  add(amount) {
    this.money += amount;
  }

  balance() {
    return this.money;
  }
}
