# frozen_string_literal: true

require_relative "lengths"

module Amino
  # Guesses for options, in lower case without underscores.
  OPTION_GUESSES = { "timeout" => :deadline, "budget" => :deadline, "traceparent" => :trace, "transactionid" => :transaction }.freeze
  private_constant :OPTION_GUESSES

  # The options of a call beside its arguments (docs/wire.md, section 2). Immutable.
  # @!attribute deadline [Numeric, Duration, nil] seconds that the call may take
  # @!attribute read_only [Boolean, nil] the call changes nothing
  # @!attribute transaction [String, nil] name of the transaction that it belongs to; known inside `dm.transaction`
  # @!attribute request_id [String, nil] the same for every attempt at one call
  # @!attribute trace [String, nil] W3C `traceparent`
  # @!attribute headers [Hash, nil] values for deployment managers
  CallOptions = Struct.new(:deadline, :read_only, :request_id, :transaction, :trace, :headers, keyword_init: true) do
    # @raise [Amino::ArgumentInvalid] there is no such option, or it has a wrong value
    def initialize(**values)
      stranger = values.keys.find { |name| !members.include?(name) }
      raise ArgumentInvalid, CallOptions.unknown(stranger) if stranger

      super
      self.deadline = Lengths.seconds(deadline, :deadline, zero: false) unless deadline.nil?
      freeze
    end

    # The message about an option that does not exist.
    # @return [String]
    def self.unknown(name)
      plain = name.to_s.delete("_").downcase
      right = members.find { |member| member.to_s.delete("_") == plain } || OPTION_GUESSES[plain]
      "there is no option #{name}; #{right ? "did you mean #{right}?" : "options are #{members.join(", ")}"}"
    end

    # The same with some changed.
    def with(**changes) = self.class.new(**to_h, **changes)

    # By the numbers of the wire; `kwargs` and `headers` are plain already.
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
      wire[Protocol::Option::HEADERS] = headers if headers
      wire[Protocol::Option::FLAGS] = flags unless flags.zero?
      MessagePack.pack(wire)
    end
  end

  NO_OPTIONS = CallOptions.new
  private_constant :NO_OPTIONS
end
