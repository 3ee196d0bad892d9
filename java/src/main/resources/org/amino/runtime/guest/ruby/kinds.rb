# frozen_string_literal: true

module Amino
  # How objects of a class are written into a state: a number of these, or the reason why they are not.
  module Kinds
    NAMES = %w[object string array hash identity set struct data range regexp time error rational complex lock module
               constant reference hooked loaded dumped encoding decimal random lost].freeze
    NAMES.each_with_index { |name, number| const_set("K_#{name.upcase}", number) }

    BY_CLASS = {
      ::Object => K_OBJECT, ::BasicObject => K_OBJECT, ::Numeric => K_OBJECT, ::String => K_STRING, ::Array => K_ARRAY,
      ::Hash => K_HASH, ::Struct => K_STRUCT, ::Data => K_DATA, ::Range => K_RANGE, ::Regexp => K_REGEXP,
      ::Time => K_TIME, ::Exception => K_ERROR, ::Rational => K_RATIONAL, ::Complex => K_COMPLEX,
      ::Thread::Mutex => K_LOCK, ::Thread::ConditionVariable => K_LOCK, ::Module => K_MODULE, ::Encoding => K_ENCODING,
      ::Random => K_RANDOM, Reference => K_REFERENCE
    }.compare_by_identity.freeze

    HOOKS = 'or give the class amino_save and amino_load'
    CODE = "Ruby does not show the code of a block; keep the name of a method (a Symbol), #{HOOKS}"
    PLACE = 'Ruby does not show how far it has got; keep the collection and an index'
    DRAWS = 'Ruby does not show how far it has got; make Random.new(seed) in each call from a number that the object ' \
            "keeps, #{HOOKS}"
    SYSTEM = 'it belongs to the process; open it when it is needed'
    RUNNING = 'it is something that runs; make it when it is needed'
    WEAK = 'what it holds may vanish at any moment; keep a Hash or the object itself'
    QUEUE = 'what waits in it cannot be read without taking it out; keep an Array'
    SCOPE = 'it holds the variables of a running method; keep the values that you need'
    MATCH = 'Ruby makes it only by matching; keep its texts (to_a, named_captures)'
    WHY = {
      ::Proc => CODE, ::Method => CODE, ::UnboundMethod => CODE, ::Binding => SCOPE, ::Enumerator => PLACE,
      ::MatchData => MATCH, ::IO => SYSTEM, ::Dir => SYSTEM, ::File::Stat => SYSTEM,
      ::Thread => RUNNING, ::Fiber => RUNNING, ::ThreadGroup => RUNNING, ::ObjectSpace::WeakMap => WEAK,
      ::ObjectSpace::WeakKeyMap => WEAK, ::Thread::Queue => QUEUE
    }.compare_by_identity.freeze
    # Parts of the library by name, since an artifact loads them when it likes.
    WHY_BY_NAME = {'WeakRef' => WEAK}.freeze
    OTHER = "its content is not in instance variables; keep what it is made from, #{HOOKS}"
    UNNAMED = 'its class has no name; give the class a name at the top level of a file'

    class << self
      # The classes that are there before any code of the artifact: only the kinds above may be written.
      def core
        CORE
      end

      # A number of NAMES, or a text that says why not and what to do.
      def of(kind)
        return UNNAMED unless named?(kind)
        return K_HOOKED if kind.method_defined?(:amino_save) && kind.method_defined?(:amino_load)
        return K_LOADED if own?(kind, :marshal_dump) && own?(kind, :marshal_load) && !(kind <= Reference)
        return K_DUMPED if own?(kind, :_dump) && kind.respond_to?(:_load)

        of_superclass(kind)
      end

      # What Ruby's own class among the superclasses says.
      def of_superclass(base)
        hidden = false
        while base
          known = BY_CLASS[base] || WHY[base] || WHY_BY_NAME[Builtins::NAME.bind_call(base)] || library(base)
          return hidden && known == K_OBJECT ? OTHER : known if known

          hidden ||= CORE.key?(base)
          base = Builtins::SUPERCLASS.bind_call(base)
        end
        OTHER
      end

      def library(base)
        return K_SET if Amino.set_class?(base)

        K_DECIMAL if defined?(::BigDecimal) && base.equal?(::BigDecimal)
      end

      # Whether a class has a method that Ruby's own classes did not give it.
      def own?(kind, name)
        return false unless kind.method_defined?(name) || kind.private_method_defined?(name)

        owner = Builtins::METHOD.bind_call(kind, name).owner
        !CORE.key?(owner)
      end

      def named?(kind)
        name = Builtins::NAME.bind_call(kind)
        !name.nil? && !name.start_with?('#') && Builtins.named(name).equal?(kind)
      rescue NameError
        false
      end

      def scan(scope, found)
        Builtins::CONSTANTS.bind_call(scope, false).each do |name|
          next if Builtins::AUTOLOAD.bind_call(scope, name, false) || %i[Amino Set].include?(name)

          value = scope.const_get(name, false)
          next unless ::Module === value && !found.key?(value)

          found[value] = true
          scan(value, found)
        rescue StandardError
          next
        end
        found
      end
    end

    CORE = scan(::Object, {}.compare_by_identity).freeze
  end

  # Without loading Set: while nobody has, no class is it.
  def self.set_class?(kind)
    !Object.autoload?(:Set) && kind.equal?(::Set)
  end
end

->(_host, _amino) {}
