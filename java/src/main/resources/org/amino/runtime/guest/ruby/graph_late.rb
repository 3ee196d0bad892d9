# frozen_string_literal: true

module Amino
  # Fills what needs that its content is finished: hashes and sets (their keys are asked for a hash), errors, ranges,
  # and objects with a marshal_load. The content comes first, whatever holds it; in a circle, the last node begins.
  class GraphLate
    include Builtins
    include Kinds

    def initialize(reader, numbers)
      @reader = reader
      @numbers = numbers
    end

    # Yields the number of each node before it is filled.
    def run
      ordered.each do |number|
        yield number
        fill(number)
      end
    end

    private

    def ordered
      return @numbers if @numbers.all? { |number| simple?(number) }

      late = @numbers.to_h { |number| [number, true] }
      after([0] + @numbers).select { |number| late.key?(number) }
    end

    # A hash or set whose keys are numbers and texts.
    def simple?(number)
      case @reader.shape(number).kind
      when K_IDENTITY then true
      when K_HASH then keys(number).all? { |key| atom?(key) }
      when K_SET then @reader.shape(number).extra || elements(number).all? { |key| atom?(key) }
      else false
      end
    end

    def atom?(key)
      case key
      when nil, true, false, ::Integer, ::Symbol, ::Float, ::String then true
      else false
      end
    end

    def keys(number)
      count = @reader.raw(number, 0)
      Array.new(count) { |index| @reader.slot(number, 2 + (2 * index)) }
    end

    def elements(number)
      @reader.slots(number, 1, @reader.raw(number, 0))
    end

    # All nodes that can be reached, each behind what it holds.
    def after(roots)
      done = []
      seen = {}
      roots.each do |root|
        next if seen[root]

        seen[root] = true
        open = [[root, @reader.children(root), 0]]
        until open.empty?
          frame = open.last
          child = frame[1][frame[2]]
          frame[2] += 1
          if child.nil?
            done << open.pop[0]
          elsif !seen[child]
            seen[child] = true
            open << [child, @reader.children(child), 0]
          end
        end
      end
      done
    end

    def fill(number)
      object = @reader.node(number)
      shape = @reader.shape(number)
      case shape.kind
      when K_HASH, K_IDENTITY then hash(number, object)
      when K_SET
        inner = GET.bind_call(object, :@hash)
        elements(number).each { |item| HASH_STORE.bind_call(inner, item, true) }
        require_size(inner, @reader.raw(number, 0))
      when K_RANGE
        RANGE_INITIALIZE.bind_call(object, *@reader.slots(number, 0, 3)) unless GraphShells.simple?(@reader, number)
      when K_HOOKED then SEND.bind_call(object, :amino_load, @reader.slot(number, 0))
      when K_LOADED then SEND.bind_call(object, :marshal_load, @reader.slot(number, 0))
      else error(number, object, shape)
      end
    end

    def hash(number, object)
      count = @reader.raw(number, 0)
      items = @reader.slots(number, 1, 1 + (2 * count))
      at = 1
      while at < items.size
        HASH_STORE.bind_call(object, items[at], items[at + 1])
        at += 2
      end
      HASH_SET_DEFAULT.bind_call(object, items[0]) unless nil.equal?(items[0])
      require_size(object, count)
    end

    def require_size(hash, count)
      return if HASH_SIZE.bind_call(hash) == count

      raise Amino.invalid('two keys of a hash or set of the state are equal after it was restored; correct the ' \
                          'methods hash and eql? of their class')
    end

    def error(number, object, shape)
      text, backtrace, cause, *parts = @reader.slots(number, 1, @reader.raw(number, 0))
      parts(object, shape, parts) unless parts.empty?
      ERROR_INITIALIZE.bind_call(object, text)
      ERROR_SET_BACKTRACE.bind_call(object, backtrace) if backtrace
      raised(object, cause) if cause
    end

    # Ruby's own errors are given their parts by their `initialize`, which also makes a message.
    def parts(object, shape, parts)
      base = Builtins.error_base(@reader.class_of(shape))
      named = shape.extra.map(&:to_sym).zip(parts).to_h
      options = named.key?(:receiver) ? {receiver: named[:receiver]} : {}
      values = (ERROR_PARTS[base] - [:receiver]).map { |name| named[name] }
      values.unshift('') unless base == ::SystemExit
      ERROR_MAKERS[base].bind_call(object, *values, **options)
    end

    # Only raising gives an error its cause.
    def raised(object, cause)
      RAISE.bind_call(self, object, cause: cause)
    rescue ::Exception => e # rubocop:disable Lint/RescueException
      raise unless e.equal?(object)
    end
  end
end

->(_host, _amino) {}
