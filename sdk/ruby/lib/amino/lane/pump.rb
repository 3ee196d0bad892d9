# frozen_string_literal: true

module Amino
  module Lane
    # Sends the calls that nobody waits for, and reads their answers. Its thread starts with the first such
    # call, sleeps while there are none, and leaves the work to callers as long as they do it.
    class Pump
      # Seconds between two looks.
      TICK = 0.002
      # Seconds that it reads before it looks again whether callers do.
      TURN = 0.05
      private_constant :TICK, :TURN

      # @param connection [#busy?, #tend]
      def initialize(connection)
        @connection = connection
        @lock = Thread::Mutex.new
        @wake = Thread::ConditionVariable.new
        @sleeping = true
        @stopped = false
        @thread = nil
      end

      # Called after a call has been queued that no caller waits for.
      def attend
        return unless @sleeping

        @lock.synchronize do
          @thread ||= Thread.new { run }
          @wake.signal
        end
      end

      # Ends the thread, soon.
      def stop
        @stopped = true
        @wake.signal
      end

      # Waits until the thread has ended.
      def join = @thread.nil? || @thread == Thread.current || @thread.join(TURN * 10)

      private

      def run
        frames = -1
        until @stopped
          sleep_while_idle
          frames = @connection.tend(frames, TURN)
        end
      end

      def sleep_while_idle
        @lock.synchronize do
          # First the sign that it sleeps, then the look: a thread that queues a call after the look sees the sign.
          @sleeping = true
          @wake.wait(@lock) unless @connection.busy? || @stopped
          @sleeping = false
          @wake.wait(@lock, TICK) unless @stopped
        end
      end
    end
  end
end
