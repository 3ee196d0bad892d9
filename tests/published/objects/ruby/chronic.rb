# frozen_string_literal: true

# Times in words, beside a fixed time.
require 'chronic'

class Main
  def initialize
    @now = Time.utc(2026, 3, 4, 12)
    @span = Chronic.parse('this week', now: @now, guess: false)
  end

  def use
    words = ['tomorrow', 'next friday at 5pm', '3 days ago', 'nonsense', 'may 27th 2027', 'yesterday at noon']
    { 'times' => words.map { |text| Chronic.parse(text, now: @now)&.strftime('%F %T') }, 'numbers' => Chronic::Numerizer.numerize('twenty three') }
  end

  def go_on
    @now = Chronic.parse('in 5 hours', now: @now)
    { 'now' => @now.strftime('%F %T'), 'width' => @span.width, 'kind' => @span.class.name }
  end
end
