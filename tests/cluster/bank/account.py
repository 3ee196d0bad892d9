import amino


class Account:
    def __init__(self, money):
        self.money = money
        self.notes = []

    def note(self, amount, name):
        self.money += amount
        self.notes.append(name)
        return self.money

    def transfer_to(self, amount, name, target):
        self.note(-amount, name)
        return amino.get(target).note(amount, name)

    @amino.read_only
    def seen(self):
        return " ".join([str(self.money), *self.notes])
