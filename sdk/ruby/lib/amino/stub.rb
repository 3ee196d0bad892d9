# frozen_string_literal: true

require_relative "stub_base"

module Amino
  # Stands for an object wherever it is: `counter.incr(5)` calls its member `incr`, and `lamp.level = 9` its member `level=`. Nearly
  # every name belongs to the object; for one of the few that are the stub's own (`with_options`, `async`, `dm`, `call`, `class`,
  # `hash`, `inspect` …) there is `stub.call(:dm, 1)`. Threads may share a stub. Passed as an argument it travels as a reference.
  class Stub < StubBase
    # Calls a member by name, whatever the name.
    # @param method [Symbol, String]
    # @raise [Amino::Error]
    def call(method, *args, **kwargs, &block)
      refuse_block(method) if block
      @invoker.call(method, args, kwargs)
    end

    # The same object with other options for its calls.
    # @param deadline [Numeric, nil] seconds that a call may take
    # @param options [Hash] see CallOptions
    # @return [Stub]
    # @raise [Amino::ArgumentInvalid] there is no such option
    def with_options(**options) = Stub.new(@invoker.with(**options))

    # Members called through this answer with a Future at once.
    # @return [AsyncStub]
    def async = AsyncStub.new(@invoker)

    # Commands to the object's deployment managers.
    # @return [Commands]
    def dm = Commands.new(@invoker)

    def class = Stub

    # The names of its own methods.
    OWN = public_instance_methods.freeze

    private

    def method_missing(name, *args, **kwargs, &block)
      refuse(name) if SPECIAL.key?(name)
      refuse_block(name) if block
      @invoker.call(name, args, kwargs)
    end
  end

  # A stub whose members answer with a Future at once. Calls gather, so many of them leave in few frames.
  class AsyncStub < StubBase
    # @return [Future]
    def call(method, *args, **kwargs) = @invoker.start(method, args, kwargs)

    def class = AsyncStub

    # The names of its own methods.
    OWN = public_instance_methods.freeze

    private

    def method_missing(name, *args, **kwargs, &block)
      refuse(name) if SPECIAL.key?(name)
      refuse_block(name) if block
      @invoker.start(name, args, kwargs)
    end
  end

  # `stub.dm`: each method is a command that the deployment managers of the object's chain may know.
  class Commands < StubBase
    # @param deployment_manager [String, nil] nil: the first of the chain that knows the command
    def initialize(invoker, deployment_manager = nil)
      super(invoker)
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

    def class = Commands

    # Which commands there are, only the managers know.
    def methods(_regular = true) = OWN

    # The names of its own methods.
    OWN = public_instance_methods.freeze

    private

    def listed?(_name) = false

    def method_missing(name, *args, **kwargs, &block)
      refuse(name) if SPECIAL.key?(name)
      refuse_block(name) if block
      @invoker.command(name, args, kwargs, @deployment_manager)
    end
  end
end
