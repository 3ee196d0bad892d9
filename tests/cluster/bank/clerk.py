import amino


class Clerk:
    def transfer(self, source, target, amount, name):
        def work():
            amino.get(source).note(-amount, name)
            amino.get(target).note(amount, name)

        try:
            amino.transact(work, tries=3, timeout=20)
        except amino.Error as error:
            return [error.code, error.outcome]
        return ["", "ran"]
