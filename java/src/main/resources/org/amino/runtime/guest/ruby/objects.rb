# frozen_string_literal: true

# Errors, references to other objects and the module `Amino` (docs/bridge.md, section 3).
module Amino
  OUTCOMES = %i[unknown not_run ran].freeze
  RAN = 2

  # An error of another object, or one of this object's own that carries details.
  class Error < StandardError
    # errors: the members of a group of errors; most errors have none.
    attr_reader :code, :type, :stack, :details, :errors

    def initialize(message, details: {}, errors: [])
      super(message)
      @errors = errors
      @code = 'GUEST_EXCEPTION'
      @type = self.class.name
      @stack = ''
      @details = details
      @received = false
      @outside = false
      @outcome_number = RAN
    end

    # Whether the call ran that ended with this error: :unknown, :not_run or :ran.
    def outcome
      OUTCOMES[@outcome_number || 0]
    end

    # An error made by the runtime. `outcome` is the number that travels; nil: what the code says.
    def received(code, type, stack, cause, outcome, outside, hop = nil)
      @code = code
      @type = type
      @stack = stack
      @behind = cause
      @outcome_number = outcome
      @received = true
      @outside = outside
      @hop = hop
      self
    end

    def received?
      @received
    end

    # Whether it came from another object. Raised on, it is an exception of this object, which Java makes of it.
    def outside?
      @outside
    end

    # Where it came out of an object's code.
    attr_reader :outcome_number, :hop

    def cause
      @behind || super
    end
  end

  # What Java hands back when a call failed.
  Raised = Struct.new(:error)

  # Another object: its methods are called as one's own, and block until the answer comes.
  class Reference
    KEPT = %i[__send__ __id__ object_id class is_a? kind_of? instance_of? nil? equal? instance_variable_get instance_variable_set ! != === respond_to?
              frozen? singleton_class method_missing respond_to_missing? public_send].freeze
    instance_methods.each { |name| undef_method(name) unless KEPT.include?(name) }

    attr_reader :amino_target

    def initialize(*target)
      @amino_target = target
    end

    # With public_send a method of the stub's own language (Kernel#fail, #open …) never hides the other object's.
    alias send public_send

    def respond_to_missing?(name, _private = false)
      !name.start_with?('to_', 'marshal_', '_')
    end

    def ==(other)
      Reference === other && other.amino_target[0] == @amino_target[0]
    end
    alias eql? ==

    def hash
      @amino_target[0].hash
    end

    def inspect
      "#<Amino::Reference #{@amino_target[1] || 'object'} #{@amino_target[0]}>"
    end
    alias to_s inspect

    def marshal_dump
      @amino_target
    end

    def marshal_load(target)
      @amino_target = target
    end
  end

  REFERENCE = 8
  ERROR = 9
  # How many levels of causes and members of an error travel, and how many errors behind or within one.
  LEVELS = 16
  ERRORS = 127

  # How many more errors travel within one.
  class Room
    def initialize
      @left = ERRORS
    end

    def take(wanted)
      taken = [wanted, @left].min
      @left -= taken
      taken
    end
  end
  Room.freeze
  # The ids of this context's objects.
  OWNERS = {}.compare_by_identity

  class << self
    def settle(outcome)
      raise outcome.error if Raised === outcome

      outcome
    end

    def flatten_arguments(args)
      args.each_with_index.map { |value, i| Flattening.run(value, "args[#{i}]") }
    end

    def flatten_named(named)
      named.flat_map { |name, value| [name.name, Flattening.run(value, name.name)] }
    end

    def reference_of(value)
      return [REFERENCE, *value.amino_target] if Reference === value

      id = OWNERS[value]
      id && [REFERENCE, id, Offered.class_name, 0, nil]
    end

    # An error made by the runtime.
    def new_error(code, type, message)
      Error.new(message).received(code, type, '', nil, nil, false)
    end

    # An error that came from another object.
    def error_from_outside(code, type, message, stack, details, cause, outcome, errors, hop)
      Error.new(message, details: details, errors: errors || []).received(code, type, stack, cause, outcome, true, hop)
    end

    def stack_of(error)
      own = (error.backtrace || []).reject { |line| line.start_with?('amino:', '<internal:', 'resource:', '(') }
      own.map { |line| "at #{line.delete_prefix('/artifact/')}" }.join("\n")
    end

    # The engine does not say what was native, nor what to do.
    def said(error)
      text = scrubbed(error.message)
      return text unless ::SecurityError === error && text == 'native access is not allowed'

      "Ruby does this in native code, which an object may not call; #{Loading::PAGE}"
    end

    def flatten_error(error, levels = LEVELS, room = Room.new, &visit)
      cause = error.cause && levels.positive? && room.take(1) == 1 ? flatten_error(error.cause, levels - 1, room, &visit) : nil
      errors = levels.positive? ? flatten_members(error, levels - 1, room, &visit) : nil
      message = said(error)
      unless error.is_a?(Error)
        return [ERROR, 'GUEST_EXCEPTION', error.class.name || 'Error', message, stack_of(error), plain_fields(error), cause, RAN, errors, nil]
      end

      code, type = error.received? ? [error.code, error.type] : ['GUEST_EXCEPTION', error.class.name]
      # The frames of an error from outside are those of the other object, or none.
      stack = error.stack.empty? && !error.outside? ? stack_of(error) : error.stack
      [ERROR, code, type, message, stack, visit.call(error.details), cause, error.outcome_number, errors, visit.call(error.hop)]
    end

    # The trees of the members that an error of ours was given, as far as they are errors; nil where it has none. A guest may have
    # replaced the methods of Array.
    def flatten_members(error, levels, room, &visit)
      return nil unless Error === error && Array === error.errors

      members = []
      at = 0
      while at < error.errors.size
        members << error.errors[at] if Exception === error.errors[at]
        at += 1
      end
      trees = []
      count = room.take(members.size)
      trees << flatten_error(members[trees.size], levels, room, &visit) while trees.size < count
      trees.empty? ? nil : trees
    end

    def scrubbed(text)
      text.to_s.encode('UTF-8', invalid: :replace, undef: :replace).scrub
    end

    def plain_fields(error)
      error.instance_variables.each_with_object([Flattening::MAP]) do |name, tree|
        value = error.instance_variable_get(name)
        plain = value.nil? || value == true || value == false || (value.is_a?(Integer) && Flattening::WORDS.cover?(value))
        tree.push(name.name.delete_prefix('@'), value) if plain
        tree.push(name.name.delete_prefix('@'), scrubbed(value)) if value.is_a?(String)
      end
    end

    # The engine hands an exception over in a wrapper of its own; raising that brings the exception out.
    def unwrapped(thrown)
      return thrown if thrown.is_a?(Exception) && !thrown.class.name.start_with?('Polyglot::')

      Truffle::Interop.throw_exception(thrown)
    rescue Exception => e # rubocop:disable Lint/RescueException
      e
    end

    def describe_thrown(thrown)
      error = unwrapped(thrown)
      tree = flatten_error(error) do |details|
        Flattening.run(details, 'details')
      rescue Error
        [Flattening::MAP]
      end
      tree << (error.is_a?(Error) && error.outside?)
    end
  end
end

module Kernel
  # The runtime: `amino.get('counter').incr(5)`.
  def amino
    Amino
  end
  private :amino
end

lambda do |host, amino|
  # Functions of their own: nothing that a guest can ask for leads to `host`.
  ask, find, make, demand, own_id = %w[call get create getOrCreate self].map { |name| Truffle::Interop.read_member(host, name) }
  Amino::Reference.define_method(:method_missing) do |name, *args, **named|
    Amino.settle(ask.call(@amino_target[0], name.name, Amino.flatten_arguments(args), Amino.flatten_named(named)))
  end
  # A reference to the object registered under a name.
  Amino.define_singleton_method(:get) { |name| Amino.settle(find.call(name.to_s)) }
  # A reference to a new instance of what is registered under a name.
  Amino.define_singleton_method(:create) do |name, *args, **named|
    Amino.settle(make.call(name.to_s, Amino.flatten_arguments(args), Amino.flatten_named(named)))
  end
  # A reference to the object of a kind and a key, which is made if nobody has it. Without arguments those of the kind are taken.
  Amino.define_singleton_method(:get_or_create) do |kind, key, *args, **named|
    Amino.settle(demand.call(kind.to_s, key.to_s, Amino.flatten_arguments(args), Amino.flatten_named(named)))
  end
  # The reference of the object whose member runs now.
  Amino.define_singleton_method(:self) do
    id = own_id.call
    id.nil? ? nil : Amino::Reference.new(String.new(id.to_s), Amino::Offered.class_name, 0, nil)
  end
  build = amino['build']
  build['reference'] = ->(id, class_name, epoch, address) { Amino::Reference.new(id, class_name, epoch, address) }
  build['error'] = ->(*parts) { Amino.error_from_outside(*parts) }
  build['raised'] = ->(error) { Amino::Raised.new(error) }
  amino['describeThrown'] = ->(error) { Amino.describe_thrown(error) }
  amino['forget'] = ->(instance) { Amino::OWNERS.delete(instance) }
end
