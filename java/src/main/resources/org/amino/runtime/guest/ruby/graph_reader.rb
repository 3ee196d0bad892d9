# frozen_string_literal: true

module Amino
  # Makes objects of the nodes of a state: first every object without its content, then what each holds, then what needs
  # finished content (GraphLate), and in the end the freezing.
  class GraphReader
    include Builtins
    include Kinds

    # A row of the table of shapes.
    Shape = Struct.new(:kind, :name, :frozen, :extended, :variables, :extra)

    # Words of a record that are plain counts, slots that each has, and slots for each counted thing.
    RAW = ::Hash.new(0).update(
      K_STRING => 1, K_ARRAY => 1, K_HASH => 1, K_IDENTITY => 1, K_SET => 1, K_STRUCT => 1, K_DATA => 1, K_ERROR => 1,
      K_REGEXP => 1, K_DUMPED => 1, K_DECIMAL => 1, K_RANDOM => 1
    ).freeze
    FIXED = ::Hash.new(0).update(
      K_HASH => 1, K_IDENTITY => 1, K_RANGE => 3, K_REGEXP => 1, K_TIME => 3, K_RATIONAL => 2, K_COMPLEX => 4,
      K_REFERENCE => 4, K_HOOKED => 1, K_LOADED => 1
    ).freeze
    EACH = ::Hash.new(0).update(
      K_ARRAY => 1, K_HASH => 2, K_IDENTITY => 2, K_SET => 1, K_STRUCT => 1, K_DATA => 1, K_ERROR => 1
    ).freeze
    GONE = 'which the artifact does not define here; define it at the top level of a file that is always loaded'
    NEWER = 'which this version does not know; restore it by the version that wrote it'

    # The node that is made now: where a failure comes from. And where each record begins.
    attr_reader :at, :starts

    # @param blank gives the root's object where it has no class of its own (a module, or top-level methods)
    def initialize(data, blank = nil)
      @slots = data['slots'].unpack('V*')
      @floats = data['floats'].unpack('G*')
      @longs = data['longs'].unpack('q>*')
      @texts = data['texts'].b
      @bigs = data['bigs'].map { |digits| digits.to_i(16) }
      @symbols = data['symbols'].map { |name| symbol_of(name) }
      @shapes = data['shapes'].map { |row| shape_of(row) }
      @classes = {}
      @ordinary = {}
      @blank = blank
      @nodes = []
      @starts = []
      @late = []
      @text_at = 0
      @at = 0
    end

    # Yields the root's object before it holds anything.
    def run
      shells
      yield @nodes[0] if block_given?
      @at = 0
      while @at < @nodes.size
        fill(@at, @shapes[@slots[@starts[@at]]])
        @at += 1
      end
      GraphLate.new(self, @late).run { |number| @at = number } unless @late.empty?
      freeze_all
      @nodes[0]
    end

    def shape(number)
      @shapes[@slots[@starts[number]]]
    end

    def node(number)
      @nodes[number]
    end

    # A node that can be made only now.
    def put(number, object)
      @nodes[number] = object
    end

    # A word of a record as it is: 0 is the first behind the shape.
    def raw(number, index)
      @slots[@starts[number] + 1 + index]
    end

    # A slot of a record.
    def slot(number, index)
      value(@slots[@starts[number] + 1 + index])
    end

    # Slots of a record, one after another.
    def slots(number, from, count)
      start = @starts[number] + 1 + from
      @slots[start, count].map { |word| value(word) }
    end

    # The numbers of the nodes that a node holds.
    def children(number)
      start = @starts[number] + 1
      shape = shape(number)
      words = @slots[(start + RAW[shape.kind])...(start + size(shape, start))]
      words.filter_map { |word| word >> 3 if (word & 7).zero? }
    end

    def class_of(shape)
      @classes[shape.name] ||= begin
        Builtins.named(shape.name)
      rescue ::NameError
        raise Amino.invalid("the state holds a #{shape.name}, #{GONE}")
      end
    end

    def ordinary?(shape)
      known = @ordinary[shape.name]
      known.nil? ? @ordinary[shape.name] = Builtins.ordinary?(class_of(shape)) : known
    end

    # The next bytes of the column of texts.
    def text(size, encoding)
      from = @text_at
      @text_at += size
      @texts.byteslice(from, size).force_encoding(encoding)
    end

    # The word at a position of the column of slots, of an object that is made at once.
    def word(position)
      @slots[position]
    end

    def value(word)
      case word & 7
      when GraphColumns::NODE then @nodes[word >> 3]
      when GraphColumns::COUNT then word >> 3
      when GraphColumns::SPECIAL then [nil, true, false][word >> 3]
      when GraphColumns::FLOAT then @floats[word >> 3]
      when GraphColumns::SYMBOL then @symbols[word >> 3]
      when GraphColumns::NEGATIVE then -1 - (word >> 3)
      when GraphColumns::LONG then @longs[word >> 3]
      else @bigs[word >> 3]
      end
    end

    private

    def symbol_of(name)
      ::Array === name ? name[0].dup.force_encoding(name[1]).to_sym : name.to_sym
    end

    def shape_of(row)
      kind, name, frozen, extended, variables, extra = row
      raise Amino.invalid("the state has a part of the kind #{kind}, #{NEWER}") unless Kinds::NAMES.include?(kind)

      Shape.new(Kinds.const_get("K_#{kind.upcase}"), name, frozen, extended, variables.map(&:to_sym), extra).freeze
    end

    def size(shape, start)
      kind = shape.kind
      (RAW[kind].zero? ? 0 : 1 + (EACH[kind] * @slots[start])) + FIXED[kind] + shape.variables.size
    end

    def shells
      position = 0
      while position < @slots.size
        @at = @starts.size
        @starts << position
        shape = @shapes[@slots[position]]
        @nodes << shell(shape, position + 1)
        position += 1 + size(shape, position + 1)
      end
      @late.each { |number| GraphShells.range(self, number) if shape(number).kind == K_RANGE }
    end

    def shell(shape, start)
      case shape.kind
      when K_OBJECT
        return @blank.call if @at.zero? && @blank && shape.name == 'Object'

        made = ALLOCATE.bind_call(class_of(shape))
        shape.extended ? extended(made, shape) : made
      when K_STRING then extended(GraphShells.string(self, shape, @slots[start]), shape)
      when K_ARRAY then extended(shape.name == 'Array' ? [] : ALLOCATE.bind_call(class_of(shape)), shape)
      when K_HASH, K_IDENTITY, K_SET, K_ERROR, K_HOOKED, K_LOADED, K_RANGE
        @late << @at
        extended(GraphShells.late(self, shape), shape)
      else extended(GraphShells.make(self, shape, start), shape)
      end
    end

    def extended(object, shape)
      shape.extended&.reverse_each { |name| EXTEND.bind_call(object, Builtins.named(name)) }
      object
    end

    def fill(number, shape)
      object = @nodes[number]
      case shape.kind
      when K_OBJECT then nil
      when K_ARRAY then ARRAY_CONCAT.bind_call(object, slots(number, 1, raw(number, 0)))
      when K_STRUCT
        slots(number, 1, raw(number, 0)).each_with_index { |item, at| STRUCT_SET.bind_call(object, at, item) }
      when K_REFERENCE then SET.bind_call(object, :@amino_target, slots(number, 0, 4))
      end
      variables(number, shape, object) unless shape.variables.empty?
      data(number, shape, object) if shape.kind == K_DATA
      FREEZE.bind_call(object) if shape.kind == K_STRING && shape.frozen
    end

    def variables(number, shape, object)
      names = shape.variables
      position = @starts[number] + 1
      position += size(shape, position) - names.size
      direct = shape.extended.nil? && ordinary?(shape)
      names.each do |name|
        item = value(@slots[position])
        direct ? object.instance_variable_set(name, item) : SET.bind_call(object, name, item)
        position += 1
      end
    end

    # Which freezes the object.
    def data(number, shape, object)
      fields = shape.extra.map(&:to_sym).zip(slots(number, 1, raw(number, 0))).to_h
      METHOD.bind_call(Builtins.data_methods(class_of(shape)), :initialize).bind_call(object, **fields)
    end

    def freeze_all
      @at = 0
      while @at < @nodes.size
        shape = @shapes[@slots[@starts[@at]]]
        if shape.frozen
          FREEZE.bind_call(GET.bind_call(@nodes[@at], :@hash)) if shape.kind == K_SET
          FREEZE.bind_call(@nodes[@at])
        end
        @at += 1
      end
    end
  end
end

->(_host, _amino) {}
