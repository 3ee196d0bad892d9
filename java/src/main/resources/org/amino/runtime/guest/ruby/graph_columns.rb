# frozen_string_literal: true

module Amino
  # The columns of a state of the format `graph` while they are filled (docs/bridge.md, `snapshot`).
  class GraphColumns
    NODE = 0
    COUNT = 1
    NEGATIVE = 2
    SPECIAL = 3
    FLOAT = 4
    LONG = 5
    SYMBOL = 6
    BIG = 7
    SMALL = 1 << 29
    LONGS = (-(1 << 63)...(1 << 63)).freeze
    NIL = (0 << 3) | SPECIAL
    TRUE = (1 << 3) | SPECIAL
    FALSE = (2 << 3) | SPECIAL

    attr_reader :slots, :shapes

    def initialize
      @slots = []
      @floats = []
      @longs = []
      @texts = []
      @symbols = {}
      @bigs = []
      @shapes = {}
    end

    def integer(value)
      if value >= 0
        return (value << 3) | COUNT if value < SMALL
      elsif value >= -SMALL
        return ((-1 - value) << 3) | NEGATIVE
      end
      if LONGS.cover?(value)
        @longs << value
        return ((@longs.size - 1) << 3) | LONG
      end
      @bigs << value.to_s(16)
      ((@bigs.size - 1) << 3) | BIG
    end

    def float(value)
      @floats << value
      ((@floats.size - 1) << 3) | FLOAT
    end

    def symbol(value)
      ((@symbols[value] ||= @symbols.size) << 3) | SYMBOL
    end

    # Puts the bytes of a text into its column and gives how many they are.
    def text(bytes)
      @texts << bytes
      bytes.bytesize
    end

    def shape(key)
      @shapes[key] ||= @shapes.size
    end

    # What travels.
    def to_h
      {
        'slots' => @slots.pack('V*'), 'floats' => @floats.pack('G*'), 'longs' => @longs.pack('q>*'),
        'texts' => @texts.join.b, 'bigs' => @bigs,
        'symbols' => @symbols.keys.map { |symbol| symbol_name(symbol) },
        'shapes' => @shapes.keys.map { |kind, *rest| [Kinds::NAMES[kind], *rest] }
      }
    end

    private

    def symbol_name(symbol)
      name = symbol.name
      return name if name.ascii_only? || (name.encoding == Encoding::UTF_8 && name.valid_encoding?)

      [name.b, name.encoding.name]
    end
  end
end

->(_host, _amino) {}
