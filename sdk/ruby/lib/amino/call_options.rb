# frozen_string_literal: true

module Amino
  # The options of a call beside its arguments (docs/wire.md, section 2). Immutable.
  # @!attribute deadline [Numeric, nil] seconds that the call may take
  # @!attribute read_only [Boolean, nil] the call changes nothing
  # @!attribute transaction [String, nil] name of the transaction that it belongs to; known inside `dm.transaction`
  # @!attribute request_id [String, nil] the same for every attempt at one call
  # @!attribute trace [String, nil] W3C `traceparent`
  CallOptions = Struct.new(:deadline, :read_only, :transaction, :request_id, :trace, keyword_init: true) do
    def initialize(**values)
      super
      if deadline && !(deadline.is_a?(Numeric) && deadline.positive?)
        raise ArgumentInvalid, "a deadline is a positive number of seconds, not #{deadline.inspect}"
      end

      freeze
    end

    # The same with some changed.
    def with(**changes) = self.class.new(**to_h, **changes)

    # By the numbers of the wire; `kwargs` are plain already.
    # @return [String, nil] bytes of the map; nil: nothing to say
    def encode(kwargs, flags)
      return if kwargs.empty? && flags.zero? && equal?(NO_OPTIONS)

      wire = {}
      wire[Protocol::Option::KWARGS] = kwargs unless kwargs.empty?
      wire[Protocol::Option::BUDGET] = [(deadline * 1000).ceil, 1].max if deadline
      wire[Protocol::Option::REQUEST_ID] = request_id if request_id
      wire[Protocol::Option::READ_ONLY] = true if read_only
      wire[Protocol::Option::TRANSACTION] = transaction if transaction
      wire[Protocol::Option::TRACE] = trace if trace
      wire[Protocol::Option::FLAGS] = flags unless flags.zero?
      MessagePack.pack(wire)
    end
  end

  NO_OPTIONS = CallOptions.new
  private_constant :NO_OPTIONS
end
