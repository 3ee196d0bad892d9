# frozen_string_literal: true

require "amino"

# Objects that the test kernel runs, and how it runs one call.
class TestObjects
  # What a test's objects know besides their state.
  class Counter
    attr_reader :calls

    def initialize(start = 0)
      @value = start
      @calls = 0
    end

    def incr(number)
      @calls += 1
      @value += number
    end

    def get = @value

    def echo(value = nil, **kwargs) = kwargs.empty? ? value : kwargs

    def fail(message) = raise(ArgumentError, message)

    def undecodable = MessagePack::ExtensionValue.new(99, "?")
  end

  attr_reader :codec

  def initialize
    @codec = Amino::Values::Codec.new
    @objects = {}
  end

  def []=(id, object)
    @objects[id] = object
  end

  def [](id) = @objects[id]

  # @return [Object] an outcome's material
  def run(target, method, args, kwargs)
    object = @objects.fetch(target) { raise Amino::ObjectNotFound, "no object #{target}" }
    raise Amino::MemberNotFound, "#{target} has no member #{method}" unless object.respond_to?(method)

    result = object.public_send(method, *args.map { |arg| @codec.resolve(arg) }, **kwargs.transform_keys(&:to_sym))
    result.is_a?(MessagePack::ExtensionValue) ? result : MessagePack.unpack(@codec.encode(result), allow_unknown_ext: true)
  rescue StandardError => e
    raised(e)
  end

  def raised(error)
    MessagePack::ExtensionValue.new(Amino::Protocol::Extension::RAISED, @codec.encode_error(error))
  end
end
