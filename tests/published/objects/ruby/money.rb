# frozen_string_literal: true

# Amounts in currencies, a basket, and a bank with rates.
require 'money'

# Settings of a library belong to the program, not to an object: each context makes them anew.
Money.locale_backend = nil
Money.rounding_mode = BigDecimal::ROUND_HALF_EVEN

class Main
  def initialize
    @bank = Money::Bank::VariableExchange.new
    @bank.add_rate('EUR', 'USD', BigDecimal('1.0837'))
    @basket = [Money.new(1999, 'EUR'), Money.from_amount(3.5, 'EUR')]
  end

  def use
    split = Money.new(100, 'EUR').split(3).map(&:cents)
    { 'sum' => @basket.sum.format, 'split' => split, 'yen' => Money.from_amount(1234, 'JPY').format(symbol: false),
      'tax' => (@basket.first * BigDecimal('0.19')).cents, 'dollars' => @bank.exchange_with(@basket.first, 'USD').to_s,
      'currency' => Money::Currency.new('CHF').then { |one| [one.name, one.subunit_to_unit, one.symbol] },
      'wrong' => wrong }
  end

  def go_on
    @basket << Money.new(@basket.size * 101, 'EUR')
    { 'sum' => @basket.sum.format, 'dollars' => @bank.exchange_with(@basket.last, 'USD').format,
      'sorted' => @basket.sort.map(&:to_s), 'same' => @basket.first.currency == @basket.last.currency }
  end

  private

  def wrong
    Money.new(1, 'XYZ')
  rescue Money::Currency::UnknownCurrency => e
    [e.class.name, e.message]
  end
end
