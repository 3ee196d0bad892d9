export default class Account {
  static readOnly = ['seen'];
  constructor(money) { this.money = money; this.notes = []; }
  note(amount, name) { this.money += amount; this.notes.push(name); return this.money; }
  transfer_to(amount, name, target) { this.note(-amount, name); return amino.get(target).note(amount, name); }
  seen() { return [this.money, ...this.notes].join(' '); }
}
