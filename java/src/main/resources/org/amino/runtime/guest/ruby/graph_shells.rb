# frozen_string_literal: true

module Amino
  # Objects as a reader makes them before they are filled, and those that are made at once since they hold only numbers
  # and texts.
  module GraphShells
    class << self
      include Builtins
      include Kinds

      def string(reader, shape, size)
        bytes = reader.text(size, shape.extra)
        shape.name == 'String' ? bytes : STRING_REPLACE.bind_call(ALLOCATE.bind_call(reader.class_of(shape)), bytes)
      end

      # The nodes that are filled when the things that they hold are finished.
      def late(reader, shape)
        return nil if shape.kind == K_RANGE

        made = shape.name == 'Hash' ? {} : ALLOCATE.bind_call(reader.class_of(shape))
        HASH_BY_IDENTITY.bind_call(made) if shape.kind == K_IDENTITY
        SET.bind_call(made, :@hash, inner(shape)) if shape.kind == K_SET
        made
      end

      # The Hash in which a Set keeps its elements.
      def inner(shape)
        hash = ::Hash.new(false)
        shape.extra ? HASH_BY_IDENTITY.bind_call(hash) : hash
      end

      def make(reader, shape, start)
        atom = ->(index) { reader.value(reader.word(start + index)) }
        case shape.kind
        when K_STRUCT, K_DATA, K_LOCK, K_REFERENCE then ALLOCATE.bind_call(reader.class_of(shape))
        when K_TIME then time(reader.class_of(shape), atom)
        when K_RATIONAL then Rational(atom[0], atom[1])
        when K_COMPLEX then Complex.rect(fraction(atom, 0), fraction(atom, 2))
        when K_REGEXP then Regexp.new(reader.text(reader.word(start), shape.extra), atom[1])
        when K_MODULE then reader.class_of(shape)
        when K_CONSTANT then constant(shape)
        when K_ENCODING then Encoding.find(shape.name)
        when K_DECIMAL then BigDecimal(reader.text(reader.word(start), 'UTF-8'))
        when K_RANDOM then Draws.restored(reader.class_of(shape), reader.text(reader.word(start), 'UTF-8'))
        when K_DUMPED
          SEND.bind_call(reader.class_of(shape), :_load, reader.text(reader.word(start), shape.extra.first))
        end
      end

      # A range whose ends are there already; one of objects that compare themselves must wait for these.
      def range(reader, number)
        shape = reader.shape(number)
        kind = reader.class_of(shape)
        reader.put(number, simple?(reader, number) ? ranged(reader, kind, number) : ALLOCATE.bind_call(kind))
      end

      def simple?(reader, number)
        [0, 1].all? do |index|
          word = reader.raw(number, index)
          word & 7 != GraphColumns::NODE || [K_STRING, K_TIME, K_RATIONAL].include?(reader.shape(word >> 3).kind)
        end
      end

      private

      def ranged(reader, kind, number)
        RANGE_NEW.bind_call(kind, *reader.slots(number, 0, 3))
      end

      def time(kind, atom)
        made = TIME_AT.bind_call(kind, atom[0], atom[1], :nsec)
        zone = atom[2]
        return TIME_UTC.bind_call(made) if zone == true

        zone ? TIME_LOCAL.bind_call(made, zone) : made
      end

      def fraction(atom, index)
        atom[index + 1].nil? ? atom[index] : Rational(atom[index], atom[index + 1])
      end

      def constant(shape)
        Builtins.named(shape.name)
      rescue ::NameError
        raise Amino.invalid("the state names the constant #{shape.name}, #{GraphReader::GONE}")
      end
    end
  end
end

->(_host, _amino) {}
