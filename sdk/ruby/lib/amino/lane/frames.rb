# frozen_string_literal: true

require "msgpack"

module Amino
  module Lane
    # Frames as bytes (docs/wire.md, section 2). Requests are put together from calls that are encoded already.
    module Frames
      # Bytes of a request frame beside its calls and options, at most; and those of an option's index.
      OVERHEAD = 64
      INDEX_BYTES = 5
      # Calls in one frame at most.
      BATCH = 4096
      # What this end can do beyond version 2 of the wire.
      FEATURES = [Protocol::Feature::GOODBYE].freeze

      module_function

      # @param call [#body, #options, #label]
      # @param most [Integer] bytes of a frame
      # @raise [Amino::ValueInvalid] it is too large for a frame
      def check_size(call, most)
        size = call.body.bytesize + (call.options&.bytesize || 0)
        return if size <= most - OVERHEAD

        message = "the arguments of #{call.label} have #{size} bytes, more than a frame holds (#{most})"
        raise ValueInvalid.new(message, outcome: :not_run)
      end

      # How many of the calls that wait go into the next frame.
      # @param most [Integer] bytes of a frame
      def fitting(calls, most)
        size = OVERHEAD
        count = 0
        calls.each do |call|
          size += call.body.bytesize + (call.options ? call.options.bytesize + INDEX_BYTES : 0)
          break if count == BATCH || (size > most && count.positive?)

          count += 1
        end
        count
      end

      # @param seq [Integer] the frame's number
      # @param budget_ms [Integer] time of each call without a budget of its own; 0: the server's default
      # @param calls [Array<#body, #options>] `body`: bytes of target, method and args; `options`: bytes of a map, or nil
      def request(seq, budget_ms, calls)
        with_options = calls.count(&:options)
        frame = array_header(with_options.zero? ? 4 : 5) << Protocol::REQUEST << number(seq) << number(budget_ms)
        frame << array_header(calls.size * 3)
        calls.each { |call| frame << call.body }
        return frame if with_options.zero?

        frame << map_header(with_options)
        calls.each_with_index { |call, index| frame << number(index) << call.options if call.options }
        frame
      end

      def hello(client_id, token)
        keys = Protocol::Hello
        says = { keys::VERSION => Protocol::VERSION, keys::CLIENT => client_id, keys::TOKEN => token, keys::ROLE => Protocol::Role::CLIENT,
                 keys::FEATURES => FEATURES }
        MessagePack.pack([Protocol::HELLO, says])
      end

      def cancel(seq, indexes) = MessagePack.pack([Protocol::CANCEL, seq, indexes])

      def pong(number) = MessagePack.pack([Protocol::PONG, number])

      # Answers to calls that came from the other side, which a client has no objects for.
      def refusal(seq, count)
        error = [ObjectNotFound::CODE, "ObjectNotFound", "a client has no objects; call one of the kernel's", "", nil, nil,
                 Protocol::OUTCOMES.index(:not_run)]
        raised = MessagePack::ExtensionValue.new(Protocol::Extension::RAISED, MessagePack.pack(error))
        MessagePack.pack([Protocol::REPLY, seq, Array.new(count, raised)])
      end

      def number(value) = value < 128 ? value.chr : MessagePack.pack(value)

      def array_header(size)
        return (0x90 | size).chr if size < 16

        size < 65_536 ? [0xdc, size].pack("CS>") : [0xdd, size].pack("CL>")
      end

      def map_header(size)
        return (0x80 | size).chr if size < 16

        size < 65_536 ? [0xde, size].pack("CS>") : [0xdf, size].pack("CL>")
      end
    end
  end
end
