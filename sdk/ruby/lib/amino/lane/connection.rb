# frozen_string_literal: true

require_relative "frames"
require_relative "answers"
require_relative "pump"
require_relative "../process_mark"

module Amino
  module Lane
    # Many calls of many threads over one carrier. A thread that finds the carrier free sends all queued calls in one frame (flat
    # combining), and one of the waiting threads reads for all; there is no thread between a lone call and its answer.
    class Connection
      # Seconds after which a call that waits for company is sent without.
      HOLD = 0.0005
      # Seconds after which a connection that nobody used is looked at before the next call is trusted to it.
      IDLE = 1.0
      # Threads that wait for one call while another reads.
      Parking = Struct.new(:condition, :threads)
      private_constant :HOLD, :IDLE, :Parking

      # @param carrier [SocketCarrier, SessionCarrier] with the hellos exchanged
      # @param peer [String] who is at the other end, for messages
      # @param max_frame [Integer] bytes
      def initialize(carrier, codec, peer, max_frame: Protocol::FRAME_LIMIT)
        @carrier = carrier
        @peer = peer
        @max_frame = [max_frame, Protocol::FRAME_LIMIT].min
        @lock = Thread::Mutex.new
        @writing = Thread::Mutex.new
        @reading = false
        @queue = []
        @control = []
        @answers = Answers.new(codec)
        @parked = {}.compare_by_identity
        @failed = @left = false
        @used = now
        @pump = Pump.new(self)
        @mark = ProcessMark.new("the connection to #{peer}")
      end

      # Whether it takes calls: it is not lost, and the other side has not said goodbye.
      def open? = !@failed && !@left

      # Whether it stays within this machine, which no address concerns.
      def near? = @carrier.near?

      # The number of the oldest request without an answer; nil: all have one.
      def oldest = @lock.synchronize { @answers.oldest }

      # Ends the connection as if it were lost: calls that have no answer fail, and may have run.
      # @param reason [String]
      def give_up(reason) = fail_all(reason)

      # Takes a call on, and sends it unless it is better to wait for company for a moment.
      # @param watched [Boolean] whether its caller waits for it at once; else a thread of ours reads the answer
      # @return [Boolean] false: the connection is lost, and the call was not sent
      # @raise [Amino::ValueInvalid] too large for a frame
      def submit(future, watched: true)
        @mark.check
        Frames.check_size(future, @max_frame)
        return false if !open? || (@answers.unanswered.zero? && now - @used > IDLE && stale?)

        future.sent_by(self)
        @lock.synchronize do
          return false unless open?

          @queue << future
        end
        flush if due?
        @pump.attend unless watched
        true
      end

      # Sends all that is queued, unless another thread is at it, which then sends this too.
      def flush
        until @queue.empty? && @control.empty?
          return unless @writing.try_lock

          begin
            send_next
          ensure
            @writing.unlock
          end
        end
      end

      # Waits until a call has ended.
      # @param deadline [Float] on the monotonic clock
      # @return [Boolean] whether it has
      def wait(future, deadline)
        @mark.check
        # An exception from another thread (Timeout, Thread#kill) may come while this one waits, never between a read and its effect.
        Thread.handle_interrupt(Object => :on_blocking) do
          until future.done?
            return false if now >= deadline

            take_reading ? read_for(future, deadline) : park(future, deadline)
          end
        end
        true
      ensure
        # The caller that leaves early may have been given the reading.
        @lock.synchronize { hand_on } unless future.done?
      end

      # The value of a call that has ended, or its error raised.
      def outcome(future) = @answers.outcome(future)

      # Ends a call here, and tells the other side if it knows of it.
      # @return [Boolean] false: it had ended before
      def cancel(future, error)
        @lock.synchronize do
          return false if future.done?

          unless future.seq
            @queue.delete(future)
            error.not_run
          end
          @control << Frames.cancel(future.seq, [future.index]) if future.seq
          future.settle(error)
          @parked[future]&.condition&.broadcast
        end
        flush
        true
      end

      # Ends the connection; calls that are unanswered fail.
      def close
        fail_all("the client closed the connection")
        @pump.join
      end

      # Whether there are calls without an answer.
      def busy? = !@queue.empty? || @answers.unanswered.positive?

      # Sends the queued calls, and reads if nobody has since the last time. Called by the pump.
      # @param frames_before [Integer] what the last time returned
      # @return [Integer] frames that have been read so far
      def tend(frames_before, seconds)
        flush
        if @answers.frames == frames_before && !@failed && take_reading
          Thread.handle_interrupt(Object => :on_blocking) { with_reading { receive(@carrier.read(seconds)) } }
        end
        @answers.frames
      end

      private

      def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)

      # A frame waits while its calls are fewer than those unanswered, whose answers bring company: two frames under way at a time cost
      # the least for each call (measured with a half, one, two, four and eight times the calls).
      def due? = @queue.size >= @answers.unanswered

      # Whether the other side has closed the connection while nobody used it.
      def stale?
        Thread.handle_interrupt(Object => :on_blocking) { with_reading { receive(@carrier.read(0)) } } if take_reading
        !open?
      end

      def send_next
        control, calls, seq = @lock.synchronize { take_next }
        control.each { |frame| transmit(frame) }
        transmit(Frames.request(seq, 0, calls)) unless calls.empty?
        @used = now
      end

      def take_next
        control = @control
        @control = []
        calls = @queue.shift(Frames.fitting(@queue, @max_frame))
        [control, calls, calls.empty? ? nil : @answers.expect(calls)]
      end

      def transmit(frame)
        complete = false
        @carrier.write(frame) { make_room }
        complete = true
      rescue IOError, SystemCallError => e
        complete = true
        fail_all(e.message)
      ensure
        # Nothing may follow a frame that was cut off.
        fail_all("a frame was cut off when its sender was interrupted") unless complete
      end

      # The other side may be waiting for us to read before it reads.
      def make_room
        return @carrier.wait_writable(1.0) unless take_reading

        with_reading do
          @carrier.wait(1.0)
          receive(@carrier.read(0))
        end
      end

      def take_reading = @lock.synchronize { @reading ? false : (@reading = true) }

      # Reads, and hands the role to one of the waiting threads.
      def with_reading
        yield
      rescue IOError, SystemCallError, FrameInvalid => e
        fail_all(e.message)
      ensure
        @lock.synchronize do
          @reading = false
          hand_on
        end
      end

      def hand_on
        return if @reading

        @parked.each do |future, parking|
          return parking.condition.signal unless future.done?
        end
      end

      def read_for(future, deadline)
        with_reading do
          until future.done?
            remaining = deadline - now
            return if remaining <= 0

            held = !@queue.empty?
            frames = @carrier.read(held ? [HOLD, remaining].min : remaining)
            receive(frames)
            flush if held && frames.empty?
          end
        end
      end

      # Waits for another thread's reading, a short while only if the call has not been sent.
      def park(future, deadline)
        @lock.synchronize do
          return if future.done? || !@reading

          parking = @parked[future] ||= Parking.new(Thread::ConditionVariable.new, 0)
          parking.threads += 1
          begin
            parking.condition.wait(@lock, future.seq ? deadline - now : HOLD)
          ensure
            @parked.delete(future) if (parking.threads -= 1).zero?
          end
        end
        flush unless future.seq || future.done?
      end

      def receive(frames)
        Thread.handle_interrupt(Object => :never) do
          frames.each do |frame|
            settled = @lock.synchronize { take(@answers.read(frame)) + part }
            flush if due?
            settled.each(&:broadcast)
          end
        end
      end

      # Takes a frame that has arrived. Returns the conditions of the threads that wait for its answers.
      def take(event)
        case event
        in [:settled, futures] then @parked.empty? ? [] : futures.filter_map { |future| @parked[future]&.condition }
        in [:reply, frame]
          @control << frame
          []
        in [:goodbye, error] then dismissed(error)
        in :nothing then []
        end
      end

      # The other side has said goodbye. Where it says which calls it still answers, the others are free to go elsewhere at once.
      def dismissed(error)
        last = error.details[Protocol::Goodbye::LAST]
        return end_with("it said goodbye: #{error.message}", error) unless last.is_a?(Integer)

        @left = true
        settle_all([*@answers.leave(last), *@queue], "the call did not run: #{error.message}", error, :not_run)
        @queue = []
        @answers.unanswered.zero? ? end_with("it said goodbye: #{error.message}", error) : @parked.values.map(&:condition)
      end

      # Ends a connection whose other side has said goodbye, when it owes no answer.
      def part = @left && @answers.unanswered.zero? ? end_with("it said goodbye") : []

      def fail_all(reason)
        @lock.synchronize { end_with(reason) }.each(&:broadcast)
      end

      def end_with(reason, cause = nil)
        return [] if @failed

        @failed = true
        lost = "the connection to #{@peer} was lost before the answer came (#{reason})"
        settle_all(@queue, "#{lost}: the call was not sent", cause, :not_run)
        settle_all(@answers.abandon, "#{lost}: the call may have run", cause, :unknown)
        @queue = []
        @carrier.close
        @pump.stop
        @parked.values.map(&:condition)
      end

      def settle_all(futures, message, cause, outcome)
        futures.each do |future|
          future.settle(KernelUnavailable.new(message, cause: cause, outcome: outcome)) unless future.done?
        end
      end
    end
  end
end
