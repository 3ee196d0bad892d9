# frozen_string_literal: true

module Amino
  # The objects that stand in constants of the artifact, by identity. Such an object is not written into a state but
  # named: a comparison with `equal?` against the constant still holds where the state is restored.
  module Constants
    NAMES = {}.compare_by_identity
    # What a constant held when the artifact had been loaded, as a number; frozen content needs none.
    PRINTS = {} # rubocop:disable Style/MutableConstant
    MARKERS = [] # rubocop:disable Style/MutableConstant
    # What would have to be looked through at each capture: then the constant's object must be frozen.
    MOST = 500
    STANDARD = {STDOUT: ::STDOUT, STDERR: ::STDERR, STDIN: ::STDIN}.freeze

    class << self
      # Takes the constants of an artifact that has just been loaded.
      def take(names)
        STANDARD.each { |name, value| NAMES[value] = name.name }
        seen = {}.compare_by_identity
        names.each { |name| read(::Object, name, name.name, seen) }
        NAMES.each { |value, name| PRINTS[name] = print(value) unless STANDARD.value?(value) || fixed?(value) }
        PRINTS.compact!
      end

      # Whether a constant, and all constants that it holds, are as they were when the artifact was loaded.
      def unchanged?(name)
        seen = {name => true}
        waiting = [name]
        until waiting.empty?
          known = PRINTS[name = waiting.pop]
          next if known.nil?
          return false unless known.number ? print(known.value) == known : Builtins::FROZEN.bind_call(known.value)

          known.inner.each { |inner| waiting << inner unless seen[inner] || !(seen[inner] = true) }
        end
        true
      end

      # What tells a content from another: a number, and the names of other constants.
      Print = Struct.new(:value, :number, :inner) do
        def ==(other)
          number == other.number && inner == other.inner
        end
      end

      def print(value)
        writer = GraphWriter.new(value, NAMES, loose: true).run(MOST)
        Print.new(value, writer.whole? ? writer.fingerprint : nil, writer.named.keys)
      rescue StandardError
        nil
      end

      private

      # What holds nothing that could change.
      def fixed?(value)
        ::Regexp === value || ::Proc === value || ::Method === value || ::Range === value
      end

      def read(scope, name, path, seen)
        return if Builtins::AUTOLOAD.bind_call(scope, name, false)

        value = Builtins::CONST_GET.bind_call(scope, name, false)
        if ::Module === value
          inside(value, path, seen)
        elsif identity?(value)
          NAMES[value] ||= path
        end
      rescue StandardError
        nil
      end

      def inside(scope, path, seen)
        return if seen.key?(scope) || Kinds::CORE.key?(scope)

        seen[scope] = true
        MARKERS << scope if marker?(scope)
        Builtins::CONSTANTS.bind_call(scope, false).each { |name| read(scope, name, "#{path}::#{name.name}", seen) }
      end

      # A module that an object could be extended with, though that would show in none of its methods.
      def marker?(scope)
        scope.instance_of?(::Module) && scope.instance_methods.empty? && scope.private_instance_methods.empty? &&
          Builtins::CONSTANTS.bind_call(scope, false).empty?
      end

      def identity?(value)
        case value
        # A text is captured as it is, for a later version of the artifact may have another in the constant.
        when nil, true, false, ::Integer, ::Float, ::Symbol, ::String, ::Numeric then false
        else !(Reference === value)
        end
      end
    end
  end
end

->(_host, _amino) {}
