import amino


class Teller:
    """Begins transactions as the steps of a case say."""

    def run(self, steps, tries):
        attempt = 0

        def block():
            nonlocal attempt
            attempt += 1
            given = []
            for step in steps:
                if step[0] != "first":
                    self.step(step, given)
                elif attempt == 1:
                    self.step(step[1:], given)
            return given

        try:
            return {"ok": amino.transact(block, tries=tries)}
        except amino.Error as error:
            return {"error": [error.code, error.message, error.outcome]}
        except ValueError as error:
            return {"raised": str(error)}

    def step(self, step, given):
        kind, *words = step
        if kind == "raise":
            raise ValueError(words[0])
        if kind == "nested":
            with amino.transaction():
                pass
        if kind == "call":
            given.append(getattr(amino.get(words[0]), words[1])(*words[2:]))
