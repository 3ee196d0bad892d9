# frozen_string_literal: true

module Amino
  module Lane
    # Which calls are unanswered, and what arriving frames mean for them. No I/O; its connection's lock guards it.
    class Answers
      Batch = Struct.new(:calls, :remaining)
      # The value of an outcome, or the error that it was; made once, and kept by the future.
      Decoded = Struct.new(:value, :error)
      private_constant :Batch, :Decoded

      # Calls sent and not answered; frames read.
      attr_reader :unanswered, :frames

      def initialize(codec)
        @codec = codec
        @decoding = Thread::Mutex.new
        @batches = {}
        @seq = -1
        @unanswered = 0
        @frames = 0
      end

      # The number of the oldest request without an answer; nil: all have one.
      def oldest = @batches.first&.first

      # Notes the calls of one frame.
      # @param calls [Array<Future>]
      # @return [Integer] the frame's number
      def expect(calls)
        @seq += 1
        calls.each_with_index do |call, index|
          call.index = index
          call.seq = @seq
        end
        @batches[@seq] = Batch.new(calls, calls.size)
        @unanswered += calls.size
        @seq
      end

      # Settles what a frame answers.
      # @param frame [String]
      # @return [Array, Symbol] `[:settled, futures]`, `[:reply, frame to send]`, `[:goodbye, error]`, or `:nothing`
      # @raise [Amino::FrameInvalid]
      def read(frame)
        @frames += 1
        case Values::Material.read(frame)
        in [Protocol::REPLY, Integer => seq, Array => outcomes, *] then reply(seq, outcomes)
        in [Protocol::PARTIAL, Integer => seq, Array => indexes, Array => outcomes, *] then partial(seq, indexes, outcomes)
        in [Protocol::PING, Integer => number] then [:reply, Frames.pong(number)]
        in [Protocol::GOODBYE, payload] then [:goodbye, @codec.error(payload)]
        in [Protocol::REQUEST, Integer => seq, _, Array => calls, *] then [:reply, Frames.refusal(seq, calls.size / 3)]
        in [Protocol::HELLO | Protocol::PONG | Protocol::CANCEL, *] then :nothing
        end
      rescue ValueInvalid => e
        raise FrameInvalid, "a frame that is none arrived: #{e.message}"
      rescue NoMatchingPatternError
        raise FrameInvalid, "a frame of an unknown kind or shape arrived"
      end

      # The value of a settled call, or its error raised.
      def outcome(future)
        outcome = future.outcome
        case outcome
        when Integer, Float, nil, true, false then return outcome
        when Amino::Error then raise outcome
        end
        decoded = @decoding.synchronize { future.outcome = decode(future.outcome) }
        raise decoded.error if decoded.error

        decoded.value
      end

      # Forgets the calls of requests behind the last answered request, and returns the unanswered ones.
      # @param last [Integer] number of a frame
      def leave(last)
        later = @batches.keys.select { |seq| seq > last }.map { |seq| @batches.delete(seq) }
        @unanswered -= later.sum(&:remaining)
        later.flat_map { |batch| batch.calls.compact }
      end

      # Forgets all calls, and returns those that were unanswered.
      def abandon
        calls = @batches.values.flat_map { |batch| batch.calls.compact }
        @batches = {}
        @unanswered = 0
        calls
      end

      private

      def decode(material)
        return material if material.is_a?(Decoded)
        return Decoded.new(@codec.resolve(material), nil) unless raised?(material)

        Decoded.new(nil, @codec.error(Values::Material.read(material.payload)))
      rescue ValueInvalid => e
        outcome = raised?(material) ? :unknown : :ran
        Decoded.new(nil, ValueInvalid.new("the answer cannot be read: #{e.message}", outcome: outcome))
      end

      def raised?(material) = material.is_a?(MessagePack::ExtensionValue) && material.type == Protocol::Extension::RAISED

      def reply(seq, outcomes)
        batch = @batches[seq]
        return :nothing if batch.nil?
        raise FrameInvalid, "#{outcomes.size} answers arrived for #{batch.calls.size} calls" if outcomes.size != batch.calls.size

        @batches.delete(seq)
        @unanswered -= batch.remaining
        settled = batch.calls
        settled.each_with_index { |call, index| call.settle(outcomes[index]) unless call.nil? || call.done? }
        [:settled, settled]
      end

      def partial(seq, indexes, outcomes)
        batch = @batches[seq]
        return :nothing if batch.nil?
        raise FrameInvalid, "#{outcomes.size} answers arrived for #{indexes.size} calls" if outcomes.size != indexes.size

        settled = indexes.each_with_index.filter_map { |index, place| settle_one(batch, index, outcomes[place]) }
        batch.remaining -= settled.size
        @unanswered -= settled.size
        @batches.delete(seq) if batch.remaining.zero?
        [:settled, settled]
      end

      def settle_one(batch, index, outcome)
        unless index.is_a?(Integer) && index.between?(0, batch.calls.size - 1)
          raise FrameInvalid, "an answer arrived for call #{index.inspect} of a frame of #{batch.calls.size}"
        end

        call = batch.calls[index]
        return if call.nil?

        batch.calls[index] = nil
        call.settle(outcome) unless call.done?
        call
      end
    end
  end
end
