# frozen_string_literal: true

module Amino
  # The answer to a call that has been made but perhaps not come back. Threads may share it.
  class Future
    # Seconds that a call without a deadline may take: the kernel's own default.
    DEFAULT_BUDGET = Protocol::DEFAULT_BUDGET_MS / 1000.0
    # Seconds for the kernel to say itself that the time is over.
    GRACE = 1.0
    private_constant :DEFAULT_BUDGET, :GRACE

    # Bytes of target, method and arguments, and of the options or nil, from which a frame is put together.
    attr_reader :body, :options
    # The facts with which the invoker sends the call again.
    attr_reader :method_name, :kwargs
    # Where the call is, kept by its connection: its frame's number (nil while it waits to be sent) and its place in that frame.
    attr_accessor :seq, :index
    # The call that was made in place of this one, and what follows the object for both.
    attr_accessor :successor, :following
    # The names of the transactions that it is part of; nil: none.
    attr_accessor :transaction
    # Where it was sent; for Place.
    attr_accessor :spot
    # The outcome, first as its connection delivered it, then decoded.
    attr_accessor :outcome

    # @param invoker [Invoker] who made the call
    # @param options [String, nil] encoded map
    # @param budget [Numeric, nil] seconds
    def initialize(invoker, method_name, body, kwargs, options, budget)
      @invoker = invoker
      @method_name = method_name
      @body = body
      @kwargs = kwargs
      @options = options
      @budget = budget
      @deadline = Process.clock_gettime(Process::CLOCK_MONOTONIC) + (budget || DEFAULT_BUDGET) + GRACE
      @connection = @seq = @successor = @following = @transaction = nil
      @settled = @concluded = false
    end

    # The name of the call, for messages.
    def label = "#{@method_name} of #{@invoker}"

    # Whether the answer is there.
    def done? = @settled

    # The answer; waits for it.
    # @param timeout [Numeric, nil] seconds to wait at most, and half a second more where the object has moved; the call itself goes on
    # @raise [Amino::Error] what the call ended with; Amino::DeadlineExceeded: not yet there
    def value(timeout = nil)
      limit = timeout && (now + timeout)
      finish(timeout) unless @settled
      @connection.outcome(self)
    rescue Moved, KernelUnavailable => e
      raise if @concluded || !Route.followed?(e.code, e.outcome)

      @invoker.follow(self, e).value(limit && [limit - now, 0].max)
    end

    # @param timeout [Numeric, nil] seconds
    # @return [Boolean] whether the answer is there
    def wait(timeout = nil)
      return true if @settled

      @connection.wait(self, timeout ? [@deadline, now + timeout].min : @deadline)
    end

    # The error that the call ended with, or nil; waits.
    def error
      value
      nil
    rescue Error => e
      e
    end

    # Gives the call up: it is dropped if it has not begun, else interrupted. The future ends with Amino::Cancelled.
    # @return [Boolean] false: it had ended before
    def cancel = @connection.cancel(self, Cancelled.new("the call of #{label} was cancelled"))

    # Called by the connection that takes the call on.
    def sent_by(connection) = @connection = connection

    # Called by the connection once, with an outcome's material or an Amino::Error.
    def settle(outcome)
      @outcome = outcome
      @settled = true
    end

    # Called when it was followed in vain: it ends with this error for good.
    def conclude(error)
      @outcome = error
      @concluded = true
    end

    def concluded? = @concluded

    # When it was made, and when its time is over, on the monotonic clock.
    def begun = ends - (@budget || DEFAULT_BUDGET)
    def ends = @deadline - GRACE

    def inspect = "#<Amino::Future #{label} #{@settled ? "done" : "pending"}>"

    private

    def finish(timeout)
      return if @connection.wait(self, timeout ? [@deadline, now + timeout].min : @deadline)
      raise DeadlineExceeded, "#{label} has not answered within #{timeout} s; the call goes on" if timeout && now < @deadline

      @connection.cancel(self, DeadlineExceeded.new("#{label} did not answer within #{@budget || DEFAULT_BUDGET} s, nor did its kernel"))
    end

    def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end
end
