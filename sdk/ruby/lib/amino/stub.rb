# frozen_string_literal: true

module Amino
  # Stands for an object wherever it is: `counter.incr(5)` calls its member `incr`. Nearly every name belongs to the object; for one of
  # the few that are the stub's own (`with`, `async`, `dm`, `call`, `class`, `hash`, `inspect` …) there is `stub.call(:with, 1)`.
  # Threads may share a stub. Passed as an argument it travels as a reference.
  class Stub < BasicObject
    # Conversions that Ruby itself asks for and that no object far away may answer.
    CONVERSIONS = %i[
      to_ary to_str to_hash to_proc to_io to_path to_int to_sym to_regexp to_open to_msgpack coerce marshal_dump _dump respond_to_missing?
    ].freeze
    private_constant :CONVERSIONS

    # @param invoker [Invoker]
    def initialize(invoker)
      @invoker = invoker
    end

    # Calls a member by name, whatever the name.
    # @param method [Symbol, String]
    # @raise [Amino::Error]
    def call(method, *args, **kwargs, &block)
      ::Kernel.raise ArgumentInvalid, "a block cannot travel; #{method} was given one" if block

      @invoker.call(method, args, kwargs)
    end

    # The same object with other options for its calls.
    # @param deadline [Numeric, nil] seconds that a call may take
    # @param options [Hash] see CallOptions
    # @return [Stub]
    def with(**options) = Stub.new(@invoker.with(**options))

    # Members called through this answer with a Future at once.
    # @return [AsyncStub]
    def async = AsyncStub.new(@invoker)

    # Commands to the object's deployment managers.
    # @return [Commands]
    def dm = Commands.new(@invoker)

    # The reference that travels instead of the object.
    # @return [Reference]
    def to_amino_reference = @invoker.place.reference

    def ==(other)
      Stub === other && other.to_amino_reference.id == to_amino_reference.id
    end

    alias eql? ==

    def !=(other) = !(self == other)

    def hash = to_amino_reference.id.hash

    def class = Stub

    def is_a?(kind) = kind == Stub || kind == ::BasicObject

    alias kind_of? is_a?
    alias instance_of? is_a?

    def nil? = false

    # Whether the stub itself has a method; only the object knows its own.
    def respond_to?(name, _include_all = false) = OWN.include?(name.to_sym)

    def inspect = "#<Amino::Stub #{@invoker}>"

    alias to_s inspect

    OWN = instance_methods(false).freeze
    private_constant :OWN

    private

    def method_missing(name, *args, **kwargs, &block)
      ::Kernel.raise ::NoMethodError, "a stub cannot be converted by #{name}" if CONVERSIONS.include?(name)
      ::Kernel.raise ArgumentInvalid, "a block cannot travel; #{name} was given one" if block

      @invoker.call(name, args, kwargs)
    end

    def respond_to_missing?(_name, _include_all) = false
  end

  # A stub whose members answer with a Future at once. Calls gather, so many of them leave in few frames.
  class AsyncStub < BasicObject
    def initialize(invoker)
      @invoker = invoker
    end

    # @return [Future]
    def call(method, *args, **kwargs) = @invoker.start(method, args, kwargs)

    def inspect = "#<Amino::AsyncStub #{@invoker}>"

    private

    def method_missing(name, *args, **kwargs, &block)
      ::Kernel.raise ArgumentInvalid, "a block cannot travel; #{name} was given one" if block

      @invoker.start(name, args, kwargs)
    end

    def respond_to_missing?(_name, _include_all) = false
  end

  # `stub.dm`: each method is a command that the deployment managers of the object's chain may know.
  class Commands < BasicObject
    # @param deployment_manager [String, nil] nil: the first of the chain that knows the command
    def initialize(invoker, deployment_manager = nil)
      @invoker = invoker
      @deployment_manager = deployment_manager
    end

    # Commands to one deployment manager of the chain: `stub.dm["LeaseCaching"].flush`.
    # @return [Commands]
    def [](deployment_manager) = Commands.new(@invoker, deployment_manager)

    # A block whose calls to the object happen as one, or not at all where it raises. Calls that other objects make to it, because the block
    # called those, belong to it; what changes in others stays.
    # @yieldparam name [String] of the transaction
    # @return [Object] what the block returns
    # @raise [Amino::Error] see Transactions.run
    def transaction(&block) = Transactions.run(@invoker, @deployment_manager, &block)

    def inspect = "#<Amino::Commands #{@invoker}>"

    private

    def method_missing(name, *args, **kwargs, &block)
      ::Kernel.raise ArgumentInvalid, "a block cannot travel; #{name} was given one" if block

      @invoker.command(name, args, kwargs, @deployment_manager)
    end

    def respond_to_missing?(_name, _include_all) = false
  end
end
