# frozen_string_literal: true

# Keeps texts by key; lets another object count the writes.
class Notebook
  READ_ONLY = %i[read size].freeze

  def initialize
    @entries = {}
    @counter = nil
  end

  # Lets another object count the writes from now on.
  def count_with(other)
    @counter = other
    nil
  end

  # Keeps a text and gives the number of writes so far, or 0 when nobody counts.
  def write(key, text)
    @entries[key] = text
    @counter ? @counter.incr(1) : 0
  end

  # The text of a key.
  def read(key)
    @entries.fetch(key)
  end

  # The number of keys.
  def size
    @entries.size
  end
end
