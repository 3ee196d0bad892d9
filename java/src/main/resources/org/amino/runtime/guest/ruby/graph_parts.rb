# frozen_string_literal: true

module Amino
  # The kinds of objects of Ruby's own that are written rarely.
  module GraphParts
    BLOCK = 'it has a default block, and Ruby does not show the code of a block; use fetch or ||=, ' \
            'or give the class amino_save and amino_load'
    STALE = 'a key of it was changed after it was put in, so that it is not found any more; call rehash, or freeze ' \
            'what is used as a key'
    ZONE = 'its time zone is an object; keep the zone beside a time in UTC'
    LOCKED = 'it is locked; leave the lock before the call ends'
    NAMELESS = 'it has no name; give it one at the top level of a file'
    OWN = 'define it in a class or module, and extend the object with that'
    UNNAMED = 'it is extended with a module that has no name; give the module a name at the top level of a file'
    SINGLE = 'its class is a Singleton, whose variables belong to the class and not to an object; ' \
             'keep them in the object'

    class << self
      include Builtins
      include Kinds

      def write(writer, kind, number, value)
        case number
        when K_DATA then members(writer, kind, value)
        when K_ERROR then error(writer, kind, value)
        when K_TIME then time(writer, kind, value)
        when K_RANGE then range(writer, kind, value)
        when K_RATIONAL then writer.record(kind, K_RATIONAL, value) { fraction(writer, value) }
        when K_COMPLEX then writer.record(kind, K_COMPLEX, value) { fractions(writer, value.real, value.imaginary) }
        when K_REGEXP then regexp(writer, kind, value)
        when K_DECIMAL then writer.record(kind, K_DECIMAL, value) { writer.put_text(value.to_s) }
        when K_RANDOM then random(writer, kind, value)
        when K_LOCK then lock(writer, kind, value)
        when K_MODULE then Kinds.named?(value) ? writer.bare(K_MODULE, NAME.bind_call(value)) : writer.lose(NAMELESS)
        when K_ENCODING then writer.bare(K_ENCODING, value.name)
        else writer.reference(value.amino_target)
        end
      end

      # Whether a key is not found where it stands. Texts, numbers and names cannot change there.
      def stale?(hash)
        return false if HASH_IDENTITY.bind_call(hash)

        HASH_EACH.bind_call(hash) do |key, _|
          next if ::String === key || ::Integer === key || ::Symbol === key || nil.equal?(key)
          return true unless HASH_KEY.bind_call(hash, key)
        end
        false
      end

      # What one of Ruby's own errors holds by the names of its readers.
      def error_parts(kind, value)
        base = Builtins.error_base(kind)
        return {} unless base

        ERROR_PARTS[base].zip(ERROR_READERS[base]).each_with_object({}) do |(name, reader), parts|
          parts[name] = reader.bind_call(value)
        rescue ::ArgumentError
          next
        end
      end

      # The variables that are no part of Ruby's own way to keep the content.
      def names(number, names)
        case number
        when K_SET then names - [:@hash]
        when K_RANDOM then names - [Draws::GENERATOR]
        when K_RATIONAL, K_COMPLEX, K_DECIMAL then []
        else names
        end
      end

      # The modules that an object was extended with, nil for none, or why it is lost.
      def modules(kind, value)
        if SINGLETON_METHODS.bind_call(value, true).empty?
          return nil if Constants::MARKERS.none? { |marker| marker === value && !(kind <= marker) }
        else
          own = SINGLETON_METHODS.bind_call(value, false)
          return "it has a method of its own, #{own.first}; #{OWN}" unless own.empty?
        end
        found = ANCESTORS.bind_call(SINGLETON_CLASS.bind_call(value)).take_while { |mod| !mod.equal?(kind) }
        found = found.reject(&:singleton_class?)
        unnamed = found.find { |mod| !Kinds.named?(mod) }
        return UNNAMED if unnamed

        found.empty? ? nil : found.map { |mod| NAME.bind_call(mod) }
      end

      def single?(kind, value)
        defined?(::Singleton) && kind <= ::Singleton && !VARIABLES.bind_call(value).empty?
      end

      private

      def members(writer, kind, value)
        fields = METHOD.bind_call(Builtins.data_methods(kind), :to_h).bind_call(value)
        writer.record(kind, K_DATA, value, fields.keys.map(&:name)) do
          writer.count(fields.size)
          fields.each_value { |item| writer.put(item) }
        end
      end

      def error(writer, kind, value)
        parts = error_parts(kind, value)
        writer.record(kind, K_ERROR, value, parts.keys.map(&:name)) do
          writer.count(parts.size + 3)
          [ERROR_TEXT, ERROR_BACKTRACE, ERROR_CAUSE].each { |reader| writer.put(reader.bind_call(value)) }
          parts.each_value { |item| writer.put(item) }
        end
      end

      # Numerator and denominator, or a number and nil.
      def fraction(writer, number)
        if ::Rational === number
          writer.put(number.numerator)
          writer.put(number.denominator)
        else
          writer.put(number)
          writer.put(nil)
        end
      end

      def fractions(writer, *numbers)
        numbers.each { |number| fraction(writer, number) }
      end

      # Seconds, nanoseconds, and true for UTC, nil for the local zone, or the offset in seconds.
      def time(writer, kind, value)
        zone = TIME_ZONE.bind_call(value)
        return writer.lose(ZONE) unless zone.nil? || ::String === zone

        writer.record(kind, K_TIME, value) do
          writer.put(TIME_SECONDS.bind_call(value))
          writer.put(TIME_NANOS.bind_call(value))
          writer.put(TIME_IS_UTC.bind_call(value) || (zone ? nil : TIME_OFFSET.bind_call(value)))
        end
      end

      def range(writer, kind, value)
        writer.record(kind, K_RANGE, value) do
          writer.put(RANGE_BEGIN.bind_call(value))
          writer.put(RANGE_END.bind_call(value))
          writer.put(RANGE_EXCLUDES.bind_call(value))
        end
      end

      def regexp(writer, kind, value)
        writer.record(kind, K_REGEXP, value, value.source.encoding.name) do
          writer.put_text(value.source)
          writer.put(value.options)
        end
      end

      def random(writer, kind, value)
        told = Draws.of(value)
        return writer.lose(DRAWS) if told.empty?

        writer.record(kind, K_RANDOM, value) { writer.put_text(told) }
      end

      def lock(writer, kind, value)
        return writer.lose(LOCKED) if ::Thread::Mutex === value && MUTEX_LOCKED.bind_call(value)

        writer.record(kind, K_LOCK, value) { nil }
      end
    end
  end
end

->(_host, _amino) {}
