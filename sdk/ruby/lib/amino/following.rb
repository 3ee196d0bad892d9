# frozen_string_literal: true

module Amino
  # One call on its way after its object: does what the call's route says. Threads that wait for the call may share it.
  class Following
    # @param invoker [Invoker] sends the call again
    # @param place [Place] where the object is
    # @param deadline [Float] when the time of the call is over, on the monotonic clock
    def initialize(invoker, place, deadline)
      @invoker = invoker
      @place = place
      @route = Route.new(deadline)
      @lock = Thread::Mutex.new
    end

    # The call that was made in place of a call that failed.
    # @param future [Future] that failed
    # @param error [Amino::Error] it failed with
    # @return [Future]
    # @raise [Amino::Error] what the call ended with
    def successor(future, error)
      @lock.synchronize { future.successor ||= decide(future, error) }
    rescue Error => e
      # From now on the future ends with this error for every caller.
      future.conclude(e)
      raise e
    end

    private

    def decide(future, error)
      raise future.outcome if future.concluded?

      step = @route.failed(error.code, error.outcome, now)
      step = @route.found(elsewhere?(future, error), now) if step.action == :refresh
      if step.action == :wait
        @place.rest(future, step.seconds)
        step = @route.waited(now)
      end
      case step.action
      when :send then @invoker.send_again(future, self, @route.deadline - now)
      when :fail then raise error
      when :expire then raise expired(future, error)
      end
    end

    def elsewhere?(future, error)
      @place.elsewhere?(future)
    rescue Error => e
      raise Route.keeps_its_error?(error.code, e.code) ? error : e
    end

    def expired(future, error)
      message = "#{future.label} did not run: its object was on the move until the time of the call was over. Call again (#{error.message})"
      DeadlineExceeded.new(message, cause: error, outcome: :not_run)
    end

    def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end
end
