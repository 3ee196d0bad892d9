# frozen_string_literal: true

require_relative "protocol"

module Amino
  # Something that Amino could not do. The message says what happened, to which object, and what to do. Every class has a stable
  # code (docs/wire.md, section 4); the classes between, such as Amino::Unavailable, group codes that are handled alike.
  class Error < StandardError
    CODE = Protocol::Code::INTERNAL

    # The class name in the language that raised it; for an error of ours, our own.
    attr_reader :type
    # The guest's frames as text; may be empty.
    attr_reader :stack
    # Values for programs, such as the new address of a moved object.
    attr_reader :details
    # Whether the call ran that ended with this error: :unknown, :not_run or :ran. A call that did not run may be made again.
    attr_reader :outcome

    # @param message [String] one or two sentences for a person
    # @param cause [Amino::Error, nil] the error behind this one
    # @param outcome [Symbol, nil] nil: what the code says by itself
    def initialize(message = nil, type: nil, stack: "", details: nil, cause: nil, outcome: nil)
      super(message)
      @type = type.nil? || type.empty? ? self.class.name.delete_prefix("Amino::") : type
      @stack = stack
      @details = details || {}
      @remote_cause = cause
      @outcome = outcome || Protocol::DEFAULT_OUTCOMES.fetch(code)
    end

    # The stable code, such as "NAME_NOT_FOUND".
    def code = self.class::CODE

    def cause = @remote_cause || super

    # The same error, of a call that is known not to have run.
    def not_run
      @outcome = :not_run
      self
    end

    class << self
      # The class of a code; Amino::InternalError for a code that this version does not know.
      def for_code(code) = Amino::ERRORS_BY_CODE.fetch(code, Amino::InternalError)

      private

      # Makes one class per code under this one, which groups them.
      def codes(*names)
        names.each do |code|
          name = code.split("_").map(&:capitalize).join
          kind = Class.new(self) { const_set(:CODE, code) }
          Amino.const_set(name, kind)
        end
      end
    end
  end

  # A mistake of ours: please report.
  class InternalError < Error; end

  # The request cannot be right, however often it is sent.
  class InvalidRequest < Error
    codes(*Protocol::GROUPS.fetch("InvalidRequest"))
  end

  # Nothing of that name.
  class NotFound < Error
    codes(*Protocol::GROUPS.fetch("NotFound"))
  end

  # It conflicts with the state that is there.
  class Conflict < Error
    codes(*Protocol::GROUPS.fetch("Conflict"))
  end

  # Not now; perhaps later. KernelUnavailable also means: the connection was lost before the answer, so the call may have run.
  class Unavailable < Error
    codes(*Protocol::GROUPS.fetch("Unavailable"))
  end

  # The call ended without its result.
  class Ended < Error
    codes(*Protocol::GROUPS.fetch("Ended"))
  end

  # The operator of the kernel does not allow it.
  class Refused < Error
    codes(*Protocol::GROUPS.fetch("Refused"))
  end

  # Something is missing or in the way on the kernel's machine; `amino doctor` says more.
  class MachineProblem < Error
    codes(*Protocol::GROUPS.fetch("MachineProblem"))
  end

  # The call did not run, the object is elsewhere (details: address, epoch, kernel). Users never see it.
  class Moved < Error
    CODE = Protocol::Code::MOVED
  end

  # An exception of the application, raised in the object. Never retried.
  class GuestException < Error
    CODE = Protocol::Code::GUEST_EXCEPTION

    # The class of the exception in the object's language, such as "TypeError" or "Counter::Empty".
    def guest_class = type

    # The guest's message, without its class.
    def guest_message = message.to_s

    # The frames of the object's language as text.
    def guest_stack = stack
  end

  ERRORS_BY_CODE = constants.map { |name| const_get(name) }
                            .select { |kind| kind.is_a?(Class) && kind <= Error && kind.const_defined?(:CODE, false) && kind != Error }
                            .to_h { |kind| [kind::CODE, kind] }.merge(Protocol::Code::INTERNAL => InternalError).freeze
end
