# frozen_string_literal: true

# An account that notes who was there.
class Account
  READ_ONLY = [:seen].freeze

  def initialize(money)
    @money = money
    @notes = []
  end

  def note(amount, name)
    @notes << name
    @money += amount
  end

  def transfer_to(amount, name, target)
    note(-amount, name)
    Amino.get(target).note(amount, name)
  end

  def seen = [@money, *@notes].join(' ')
end
