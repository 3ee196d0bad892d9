class Worker
  READ_ONLY = [:run].freeze

  def initialize
    @value = 0
  end

  def incr(n, _padding)
    @value += n
  end

  def run(seed, steps)
    value = seed
    step = 0
    while step < steps
      value = value * 16807 % 2147483647
      step += 1
    end
    value
  end
end
