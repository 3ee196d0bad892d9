# frozen_string_literal: true

# Values both ways (docs/wire.md, section 1): builders that Java calls, and `flatten`, whose trees Java reads.
module Amino
  # A span of time in nanoseconds.
  class Duration
    attr_reader :nanoseconds

    def initialize(nanoseconds)
      @nanoseconds = Integer(nanoseconds)
    end

    def to_f
      @nanoseconds / 1e9
    end

    def ==(other)
      other.is_a?(Duration) && other.nanoseconds == @nanoseconds
    end
    alias eql? ==

    def hash
      @nanoseconds.hash
    end

    def inspect
      "#<Amino::Duration #{@nanoseconds} ns>"
    end
  end

  # Walks one value. Containers seen twice become nodes of a graph, whether shared or part of a cycle.
  class Flattening
    LIST = 0
    MAP = 1
    SET = 2
    BIG = 3
    DOUBLE = 4
    TIMESTAMP = 6
    DURATION = 7
    GRAPH = 10
    BACK = 11
    LATIN = 13
    DEPTH = 200
    WORDS = (-(1 << 63)...(1 << 63)).freeze
    CONTAINER = Object.new.freeze

    # The facts about a container: its tree, and its place among the graph's nodes once it is seen twice.
    Seen = Struct.new(:tree, :index, :root)

    def initialize(root, value)
      @root = root
      @value = value
      @path = []
      @seen = {}.compare_by_identity
      @shared = 0
      @around = 0
    end

    # The tree of what a value of a class is saved as: a value of its own, with a graph of its own.
    def inside(payload)
      own = Flattening.new(@root, payload)
      own.stand_in(@path, @around + 1)
      own.finish(own.visit(payload))
    end

    def stand_in(path, around)
      @path = path.dup
      @around = around
    end

    def self.run(value, root)
      flattening = new(root, value)
      flattening.finish(flattening.visit(value))
    end

    # Without recursion: a value may be 200 levels deep.
    def visit(value)
      tree, steps = enter(value)
      return tree if steps.nil?

      open = [[tree, steps, 0]]
      until open.empty?
        frame = open.last
        part, child, key = frame[1][frame[2]]
        if frame[2] >= frame[1].size
          open.pop
          @path.pop unless open.empty?
          next
        end
        frame[2] += 1
        @path.push(part)
        frame[0] << atom(key) if frame[1].first.size == 3
        inner, inner_steps = enter(child)
        frame[0] << inner
        inner_steps.nil? ? @path.pop : open.push([inner, inner_steps, 0])
      end
      tree
    end

    def finish(tree)
      used = @seen.values.select { |seen| seen.index >= 0 }
      return tree if used.empty?

      nodes = [tree] + ([nil] * @shared)
      used.each do |seen|
        next if seen.index.zero?

        nodes[seen.index] = seen.tree.dup
        seen.tree.replace([BACK, seen.index])
      end
      [GRAPH, *nodes]
    end

    private

    def refuse(what, remedy)
      Amino.invalid("#{described_path} is #{what}, which cannot travel; #{remedy}")
    end

    def described_path
      @path.reduce(@root.dup) do |text, part|
        part.is_a?(String) && part.match?(/\A[A-Za-z_]\w*\z/) ? "#{text}.#{part}" : "#{text}[#{part.inspect}]"
      end
    end

    def enter(value)
      simple = atom(value)
      return [simple, nil] unless CONTAINER.equal?(simple)

      known = @seen[value]
      return [back_to(known), nil] if known
      raise Amino.invalid("#{@root} is nested deeper than #{DEPTH} levels; flatten it") if @path.size + @around >= DEPTH

      tree = []
      @seen[value] = Seen.new(tree, -1, value.equal?(@value))
      [tree, steps(value, tree)]
    end

    def back_to(known)
      known.index = known.root ? 0 : (@shared += 1) if known.index.negative?
      [BACK, known.index]
    end

    # Each child with the part of the path that leads to it, and in a map with its key.
    def steps(value, tree)
      case value
      when Hash
        tree << MAP
        pairs(value)
      when Array
        tree << LIST
        value.each_with_index.map { |item, i| [i, item] }
      else
        tree << SET
        value.each_with_index.map { |item, i| [i, item] }
      end
    end

    def pairs(hash)
      keys = hash.keys.map { |key| key.is_a?(Symbol) ? key.name : key }
      raise refuse('a hash with a symbol and a string that read alike as keys', 'use one of them') if keys.uniq.size < keys.size

      keys.zip(hash.values).map do |key, item|
        tree = atom(key)
        raise refuse("a hash with #{Amino.described_class(key)} as key", 'use a string or a number') if CONTAINER.equal?(tree) || !Classes.key?(tree)

        [key, item, key]
      end
    end

    # The tree of what is no container, or CONTAINER.
    def atom(value)
      case value
      when nil, true, false then value
      when Integer then WORDS.cover?(value) ? value : [BIG, value.to_s(16)]
      when Float then [DOUBLE, value]
      when String then text(value)
      when Symbol then text(value.name)
      when Array, Hash then CONTAINER
      else special(value)
      end
    end

    def text(value)
      return [LATIN, value.dup.force_encoding('ISO-8859-1').encode('UTF-8')] if value.encoding == Encoding::BINARY && !value.ascii_only?
      return [LATIN, String.new(value, encoding: 'UTF-8')] if value.encoding == Encoding::BINARY

      utf8 = value.encoding == Encoding::UTF_8 || value.encoding == Encoding::US_ASCII ? value : value.encode('UTF-8')
      raise refuse('a string that is not valid UTF-8', 'use bytes: string.b') unless utf8.valid_encoding?

      utf8
    rescue EncodingError
      raise refuse("a string in #{value.encoding} that has no UTF-8 form", 'use bytes: string.b')
    end

    def special(value)
      reference = Amino.reference_of(value)
      return reference if reference

      case value
      when Time then [TIMESTAMP, value.to_i, value.nsec]
      when Duration then [DURATION, value.nanoseconds.to_s]
      when Exception then Amino.flatten_error(value) { |inner| visit(inner) }
      else other(value)
      end
    end

    def other(value)
      return CONTAINER if Amino.set?(value)
      raise refuse("a #{value.class}", 'pass data, or a reference to an object') if value.is_a?(Proc) || value.is_a?(Method) || value.is_a?(Module)

      name, saved = Classes.saved(value) ||
                    raise(refuse(Amino.described_class(value), "register it: Amino.register(#{value.class}), pass plain data (to_h), or a reference to an object"))
      tree = inside(saved)
      name.nil? ? tree : [Classes::NAMED, name, tree]
    end
  end

  class << self
    def invalid(message)
      new_error('VALUE_INVALID', 'ValueInvalid', message)
    end

    # Without loading Set: while nobody has, no value is one.
    def set?(value)
      !Object.autoload?(:Set) && value.is_a?(::Set)
    end

    def described_class(value)
      "an instance of #{value.class.name || 'an unnamed class'}"
    end

    def put(target, pairs)
      pairs.each_slice(2) do |key, item|
        raise invalid("Ruby cannot tell two keys of a map apart: #{key.inspect}") if target.key?(key)

        target[key] = item
      end
      target
    end

    def add(target, items)
      items.each { |item| raise invalid("Ruby cannot tell two elements of a set apart: #{item.inspect}") unless target.add?(item) }
      target
    end
  end
end

lambda do |_host, amino|
  build = amino['build'] = Amino::Table.new
  build['nothing'] = nil
  build['string'] = ->(text) { String.new(text.to_s) }
  build['list'] = ->(*items) { items }
  build['append'] = ->(target, *items) { target.concat(items) }
  build['object'] = build['map'] = ->(*pairs) { Amino.put({}, pairs) }
  build['put'] = ->(target, *pairs) { Amino.put(target, pairs) }
  build['set'] = ->(*items) { Amino.add(Set.new, items) }
  build['add'] = ->(target, *items) { Amino.add(target, items) }
  build['big'] = ->(text) { text.to_s.to_i(16) }
  build['bytes'] = ->(text) { text.to_s.encode('ISO-8859-1').force_encoding('BINARY') }
  build['timestamp'] = ->(seconds, nanos) { Time.at(seconds, nanos, :nsec).utc }
  build['duration'] = ->(text) { Amino::Duration.new(text.to_s.to_i) }
  amino['flatten'] = ->(value, root) { Amino::Flattening.run(value, String.new(root.to_s)) }
end
