# frozen_string_literal: true

require "socket"
require "timeout"
require_relative "protocol"
require_relative "hop"

module Amino
  # Something that Amino could not do. The message says what happened, to which object, and what to do. Every class has a stable
  # code (docs/wire.md, section 4); the modules between, such as Amino::Unavailable, group codes that are handled alike. An error is also
  # one of Ruby's own where one fits (docs/errors.md). All of them can be rescued.
  module Error
    CODE = Protocol::Code::INTERNAL

    # The class name in the language that raised it; for an error of ours, our own.
    attr_reader :type
    # The guest's frames as text; may be empty.
    attr_reader :stack
    # Values for programs, such as the new address of a moved object.
    attr_reader :details
    # Whether the call ran that ended with this error: :unknown, :not_run or :ran. A call that did not run may be made again.
    attr_reader :outcome
    # The members of a group of errors, such as of Python's ExceptionGroup or of JavaScript's AggregateError; most errors have none.
    attr_reader :errors
    # Where it came out of an object's code (Amino::Hop); nil: no object's code ended with it.
    attr_reader :hop

    # @param message [String] one or two sentences for a person
    # @param cause [Amino::Error, nil] the error behind this one
    # @param outcome [Symbol, nil] nil: what the code says by itself
    # @param errors [Array<Amino::Error>] the members of a group
    def initialize(message = nil, type: nil, stack: "", details: nil, cause: nil, outcome: nil, errors: [], hop: nil)
      super(message)
      @text = message
      @type = type.nil? || type.empty? ? self.class.name.delete_prefix("Amino::") : type
      @stack = stack
      @details = details || {}
      @remote_cause = cause
      @errors = errors
      @hop = hop
      @outcome = outcome || Protocol::DEFAULT_OUTCOMES.fetch(code)
    end

    # The stable code, such as "NAME_NOT_FOUND".
    def code = self.class::CODE

    def cause = @remote_cause || super

    # The objects through whose code the call went until it failed, the one that was called first in front.
    def trace
      links = [self]
      links << links.last.cause while links.size <= Protocol::CAUSE_LIMIT && links.last.cause.is_a?(Amino::Error)
      links.filter_map(&:hop)
    end

    # Ruby's own frames, below those of the objects that the call went through.
    def backtrace
      own = super
      own && (trace.reverse.map(&:to_s) + own)
    end

    # Ruby adds the line of the program to the text of a NoMethodError, which says nothing of another object.
    def to_s = @text.nil? ? super : @text.to_s

    # The same error, of a call that is known not to have run.
    def not_run
      @outcome = :not_run
      self
    end

    class << self
      # The class of a code; Amino::InternalError for a code that this version does not know.
      def for_code(code) = Amino::ERRORS_BY_CODE.fetch(code, Amino::InternalError)

    end
  end

  # Ruby's own classes of errors, by code.
  OWN_KINDS = {
    ArgumentError => %w[VALUE_INVALID ARGUMENT_INVALID FRAME_INVALID LANGUAGE_UNKNOWN ARTIFACT_INVALID CONFIG_INVALID CHAIN_INVALID],
    NoMethodError => %w[MEMBER_NOT_FOUND],
    KeyError => %w[OBJECT_NOT_FOUND NAME_NOT_FOUND ARTIFACT_NOT_FOUND KERNEL_NOT_FOUND],
    SocketError => %w[KERNEL_UNAVAILABLE OMS_UNAVAILABLE NOT_LEADER],
    Timeout::Error => %w[DEADLINE_EXCEEDED]
  }.flat_map { |kind, codes| codes.map { |code| [code, kind] } }.to_h.freeze
  private_constant :OWN_KINDS

  # Makes one class per code in a group.
  def self.define_codes(group, names)
    names.each do |code|
      kind = Class.new(OWN_KINDS.fetch(code, StandardError)) do
        include group
        const_set(:CODE, code)
      end
      const_set(code.split("_").map(&:capitalize).join, kind)
    end
  end
  private_class_method :define_codes

  # A mistake of ours: please report.
  class InternalError < StandardError
    include Error
  end

  # The request cannot be right, however often it is sent.
  module InvalidRequest
    include Error
  end
  define_codes(InvalidRequest, Protocol::GROUPS.fetch("InvalidRequest"))

  # Nothing of that name.
  module NotFound
    include Error
  end
  define_codes(NotFound, Protocol::GROUPS.fetch("NotFound"))

  # It conflicts with the state that is there.
  module Conflict
    include Error
  end
  define_codes(Conflict, Protocol::GROUPS.fetch("Conflict"))

  # Not now; perhaps later. KernelUnavailable also means: the connection was lost before the answer, so the call may have run.
  module Unavailable
    include Error
  end
  define_codes(Unavailable, Protocol::GROUPS.fetch("Unavailable"))

  # The call ended without its result.
  module Ended
    include Error
  end
  define_codes(Ended, Protocol::GROUPS.fetch("Ended"))

  # The operator of the kernel does not allow it.
  module Refused
    include Error
  end
  define_codes(Refused, Protocol::GROUPS.fetch("Refused"))

  # Something is missing or in the way on the kernel's machine; `amino doctor` says more.
  module MachineProblem
    include Error
  end
  define_codes(MachineProblem, Protocol::GROUPS.fetch("MachineProblem"))

  # The call did not run, the object is elsewhere (details: address, epoch, kernel). Users never see it.
  class Moved < StandardError
    include Error
    CODE = Protocol::Code::MOVED
  end

  # An exception of the application, raised in the object. Never retried.
  class GuestException < StandardError
    include Error
    CODE = Protocol::Code::GUEST_EXCEPTION

    # The class of the exception in the object's language, such as "TypeError" or "Counter::Empty".
    def guest_class = type

    # The guest's message, without its class.
    def guest_message = message.to_s

    # The frames of the object's language as text.
    def guest_stack = stack
  end

  ERRORS_BY_CODE = constants.map { |name| const_get(name) }
                            .select { |kind| kind.is_a?(Class) && kind <= Error && kind.const_defined?(:CODE, false) }
                            .to_h { |kind| [kind::CODE, kind] }.merge(Protocol::Code::INTERNAL => InternalError).freeze
end
