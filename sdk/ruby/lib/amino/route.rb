# frozen_string_literal: true

module Amino
  # The way of one call after its object, from the first failure to the end of the call (docs/wire.md, section 3). Pure: failures, places
  # and times (seconds) in, steps out.
  class Route
    FIRST_PAUSE = Protocol::ROUTE_FIRST_PAUSE_MS / 1000.0
    LONGEST_PAUSE = Protocol::ROUTE_LONGEST_PAUSE_MS / 1000.0

    # What becomes of a call that has failed. Of the actions,
    # * `:refresh` asks where the object is now, then says `found`; when that question fails, the call ends with its error and
    #   did not run,
    # * `:send` sends the call, to where the object is now,
    # * `:wait` does nothing for the seconds of the step, then says `waited`,
    # * `:fail` ends the call with the error that it has,
    # * `:expire` ends it with DEADLINE_EXCEEDED; it did not run.
    Step = Struct.new(:action, :seconds)

    REFRESH = Step.new(:refresh, 0.0).freeze
    SEND = Step.new(:send, 0.0).freeze
    FAIL = Step.new(:fail, 0.0).freeze
    EXPIRE = Step.new(:expire, 0.0).freeze
    private_constant :FIRST_PAUSE, :LONGEST_PAUSE, :REFRESH, :SEND, :FAIL, :EXPIRE

    # Whether a call that ended so may be sent again.
    # @param code [String]
    # @param outcome [Symbol]
    def self.followed?(code, outcome)
      outcome == :not_run && [Protocol::Code::MOVED, Protocol::Code::KERNEL_UNAVAILABLE].include?(code)
    end

    # Whether a call ends with the error that it has when the question where its object is has failed; else with the question's.
    # @param code [String] what the call failed with
    # @param question [String] what the question failed with
    def self.keeps_its_error?(code, question)
      code == Protocol::Code::KERNEL_UNAVAILABLE && question == Protocol::Code::OMS_UNAVAILABLE
    end

    attr_reader :deadline

    # @param deadline [Float] when the time of the call is over, by the clock whose times the methods are told
    def initialize(deadline)
      @deadline = deadline
      @pause = FIRST_PAUSE
      @at_once = 0
      @code = nil
      @reconnected = false
    end

    # The call was sent and failed.
    # @return [Step] `:refresh`, `:fail` or `:expire`
    def failed(code, outcome, now)
      return FAIL unless Route.followed?(code, outcome)
      return EXPIRE if now >= @deadline

      @code = code
      REFRESH
    end

    # The object is known to be at a place.
    # @param elsewhere [Boolean] whether that is another place than the one where the call has just failed
    # @return [Step] `:send`, `:wait`, `:fail` or `:expire`
    def found(elsewhere, now)
      return EXPIRE if now >= @deadline

      if elsewhere
        @reconnected = false
        return soon(now)
      end
      return later(now) if @code == Protocol::Code::MOVED
      return FAIL if @reconnected

      # The connection may have been an old one: a new one is tried, once.
      @reconnected = true
      soon(now)
    end

    # The pause of a `:wait` is over.
    # @return [Step] `:send` or `:expire`
    def waited(now) = now < @deadline ? SEND : EXPIRE

    private

    # Two places that name each other would otherwise have the call sent back and forth without end.
    def soon(now)
      return later(now) if @at_once == Protocol::ROUTE_SENT_AT_ONCE

      @at_once += 1
      SEND
    end

    def later(now)
      pause = @pause
      return EXPIRE if now + pause >= @deadline

      @pause = [2 * pause, LONGEST_PAUSE].min
      Step.new(:wait, pause)
    end
  end
end
