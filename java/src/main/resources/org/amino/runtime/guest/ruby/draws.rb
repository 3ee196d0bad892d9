# frozen_string_literal: true

module Amino
  # How far a Random has got, as a text: its seed, then what the engine's generator holds.
  module Draws
    GENERATOR = :@randomizer
    RADIX = 36

    class << self
      # Empty where the engine does not show it.
      def of(random)
        taken(Builtins::GET.bind_call(random, GENERATOR)).to_s
      end

      # A Random that draws next what the other one would have drawn.
      def restored(kind, text)
        generator = ::Truffle::PRNGRandomizer.new
        generator.swap_seed(text[/\A-?\w+/].to_i(RADIX))
        raise Amino.invalid('the engine does not let a Random be restored') if put(generator, text).to_s.empty?

        made = Builtins::ALLOCATE.bind_call(kind)
        Builtins::SET.bind_call(made, GENERATOR, generator)
        made
      end
    end
  end
end

lambda do |host, _amino|
  # Functions of their own: nothing that a guest can ask for leads to `host`.
  taken, put = %w[drawsOf drawsInto].map { |name| Truffle::Interop.read_member(host, name) }
  Amino::Draws.define_singleton_method(:taken) { |generator| taken.call(generator) }
  Amino::Draws.define_singleton_method(:put) { |generator, text| put.call(generator, text) }
  Amino::Draws.freeze
end
