# frozen_string_literal: true

# Moves money between accounts.
class Clerk
  def transfer(source, target, amount, name)
    Amino.transaction(timeout: 20, tries: 3) do
      Amino.get(source).note(-amount, name)
      Amino.get(target).note(amount, name)
    end
    ['', 'ran']
  rescue Amino::Error => e
    [e.code, e.outcome.to_s]
  end
end
