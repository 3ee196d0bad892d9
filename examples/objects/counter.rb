# frozen_string_literal: true

# Counts.
class Counter
  READ_ONLY = [:get].freeze

  def initialize(start = 0)
    @count = start
  end

  # Adds n and gives the new count.
  def incr(n)
    @count += n
  end

  # The count.
  def get
    @count
  end

  # Adds n to another counter, in whatever language, and gives its new count.
  def add_to(other, n)
    other.incr(n)
  end
end
