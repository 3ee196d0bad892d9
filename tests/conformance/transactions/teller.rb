# frozen_string_literal: true

# Begins transactions as the steps of a case say.
class Teller
  def run(steps, tries)
    attempt = 0
    given = Amino.transaction(tries: tries) do
      attempt += 1
      steps.each_with_object([]) do |step, answers|
        next perform(step, answers) unless step[0] == 'first'

        perform(step.drop(1), answers) if attempt == 1
      end
    end
    { 'ok' => given }
  rescue Amino::Error => e
    { 'error' => [e.code, e.message, e.outcome.to_s] }
  rescue RangeError => e
    { 'raised' => e.message }
  end

  private

  def perform(step, answers)
    kind, name, member, *args = step
    raise RangeError, name if kind == 'raise'

    Amino.transaction { 1 } if kind == 'nested'
    answers << Amino.get(name).public_send(member, *args) if kind == 'call'
  end
end
