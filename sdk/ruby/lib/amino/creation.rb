# frozen_string_literal: true

require_relative "control/selector"
require_relative "lengths"

module Amino
  # The part of a client that makes further instances of registered classes (Amino paper, section III.B, step 2).
  module Creation
    # Seconds to make objects: a cold language takes its time.
    CREATION = 180
    # How many objects one request makes.
    BATCH = 500
    BATCHES_AT_ONCE = 2
    DELETIONS_AT_ONCE = 4
    private_constant :CREATION, :BATCH, :BATCHES_AT_ONCE, :DELETIONS_AT_ONCE

    # Makes a further instance of a registered class.
    # @param class_name [String, Stub] the name its first object was registered under, or a stub of any of its objects
    # @param args [Array] for the constructor
    # @param kwargs [Hash] for the constructor
    # @param name [String, nil] of the new object
    # @param select [Hash, Array, nil] which kernels will do; see Control::Selector
    # @param ttl [Numeric, Duration] seconds after which an object without a name is removed; 0: it stays until it is deleted
    # @return [Stub]
    def create(class_name, *args, name: nil, kwargs: {}, select: nil, labels: {}, ttl: 0)
      request = Pb::CreateRequest.new(
        **creation(class_name, select, labels, ttl), name: name.to_s, args: codec.encode_array(args), kwargs: codec.encode_map(kwargs)
      )
      stub_from(home.rpc(:create, request, timeout: CREATION).object)
    end

    # Makes many further instances of a registered class, several times as fast as one by one. Each 500 of them are made together, all or
    # none. Where some cannot be made, the others are deleted before this raises.
    # @param class_name [String, Stub] the name its first object was registered under, or a stub of any of its objects
    # @param argument_lists [Enumerable<Array>] for the constructors: one array for each new object
    # @param names [Array<String>] of the new objects, as many as there are; empty: none of them has one
    # @param kwargs [Hash] for each constructor
    # @param select [Hash, Array, nil] which kernels will do; see Control::Selector
    # @param labels [Hash] of each of them
    # @param ttl [Numeric, Duration] as in create
    # @return [Array<Stub>] in the order of `argument_lists`
    # @raise [Amino::ArgumentInvalid] there are not as many names as objects, or the arguments are no arrays
    # @raise [Amino::Error] as create
    def create_many(class_name, argument_lists, names: [], kwargs: {}, select: nil, labels: {}, ttl: 0)
      batches = instances(argument_lists, names, codec.encode_map(kwargs)).each_slice(BATCH).to_a
      made = []
      begin
        work_through(batches, BATCHES_AT_ONCE) do |batch, index|
          made[index] = create_batch(Pb::CreateManyRequest.new(**creation(class_name, select, labels, ttl), instances: batch))
        end
      rescue StandardError
        work_through(made.compact.flatten(1), DELETIONS_AT_ONCE) { |object| delete_quietly(object) }
        raise
      end
      made.flatten(1)
    end

    private

    # The common fields of requests for one further instance and for many.
    def creation(class_name, select, labels, ttl)
      {
        class_name: name_of(class_name), selector: Control::Selector.build(select),
        labels: labels.to_h { |key, value| [key.to_s, value.to_s] }, ttl_ms: Lengths.milliseconds(ttl, :ttl), request_id: SecureRandom.uuid
      }
    end

    # @return [Array<Pb::Instance>]
    def instances(arguments, names, kwargs)
      unless arguments.is_a?(Enumerable)
        raise ArgumentInvalid, "arguments has one array for each new object's constructor; it cannot be #{arguments.inspect}"
      end

      made = arguments.each_with_index.map do |args, index|
        raise ArgumentInvalid, "arguments[#{index}] must be an array for a constructor, not #{args.inspect}" unless args.is_a?(Array)

        Pb::Instance.new(name: names[index].to_s, args: codec.encode_array(args, "arguments[#{index}]"), kwargs: kwargs)
      end
      return made if names.empty? || names.size == made.size

      raise ArgumentInvalid, "#{names.size} names were given for #{made.size} objects; give one for each, or none at all"
    end

    # @return [Array<Stub>]
    def create_batch(request)
      response = home.rpc(:create_many, request, timeout: CREATION)
      response.objects.map do |record|
        record.interface = response.interface
        stub_from(record)
      end
    end

    # Why others could not be made matters more than that this one stays.
    def delete_quietly(object)
      delete(object)
    rescue Error
      nil
    end

    # Works through a list with some threads. When an item fails, no further one is begun.
    # @param items [Array]
    # @param width [Integer] how many at once
    # @yieldparam item
    # @yieldparam index [Integer]
    # @raise what the first item to fail raised, when all that had begun have ended
    def work_through(items, width)
      rest = Thread::Queue.new(items.each_with_index.to_a).close
      problems = Thread::Queue.new
      workers = Array.new([width, items.size].min) do
        Thread.new do
          while (item = rest.pop) do yield(*item) end
        rescue StandardError => e
          problems << e
          rest.clear
        end
      end
      workers.each(&:join)
      raise problems.pop unless problems.empty?
    ensure
      # A caller that is interrupted while it waits begins nothing more.
      rest&.clear
    end
  end
end
