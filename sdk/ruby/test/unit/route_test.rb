# frozen_string_literal: true

require "json"
require_relative "../support/test_case"
require_relative "../support/test_kernel"

# How calls follow an object that has moved: the cases of every language, and calls of a client.
class RouteTest < TestCase
  ROUTING = JSON.parse(File.read(File.expand_path("../../../../tests/conformance/routing.json", __dir__)))

  # Refuses the first calls.
  class Refusing < TestObjects::Counter
    def initialize(refusals)
      super(0)
      @refusals = refusals
      @refused = 0
    end

    attr_reader :refused

    def incr(number)
      refusal = @refusals.shift
      return super unless refusal

      @refused += 1
      raise refusal
    end
  end

  ROUTING.fetch("cases").each_with_index do |one, number|
    define_method("test_case_#{number}_#{one.fetch("name").gsub(/\W+/, "_")}") do
      route = Amino::Route.new(one.fetch("deadline") / 1000.0)
      one.fetch("events").each do |event|
        step = step_of(route, event)
        assert_equal event.fetch("step"), step.action.to_s, event.to_s
        assert_in_delta event.fetch("pause", 0) / 1000.0, step.seconds, 1e-9, event.to_s
      end
    end
  end

  def test_only_these_failures_are_followed
    followed = ROUTING.fetch("followed")
    Amino::Protocol::DEFAULT_OUTCOMES.each_key do |code|
      Amino::Protocol::OUTCOMES.each do |outcome|
        assert_equal followed.include?([code, outcome.to_s]), Amino::Route.followed?(code, outcome), "#{code} #{outcome}"
      end
    end
  end

  def test_calls_that_fail_together_run_in_their_order
    refusing(Array.new(20) { moved }) do |client, stub, object|
      assert_equal (1..10).to_a, client.pipeline { |pipeline| 10.times { pipeline[stub].incr(1) } }
      assert_equal [20, 10], [object.refused, object.calls]
    end
  end

  def test_an_object_that_stays_away_ends_the_call_with_its_time
    refusing(Array.new(100) { moved }) do |_, stub, object|
      future = stub.with_options(deadline: 0.3).async.incr(1)
      2.times do
        error = assert_raises(Amino::DeadlineExceeded) { future.value }
        assert_equal [:not_run, "MOVED"], [error.outcome, error.cause.code]
      end
      assert_operator object.refused, :<=, 6
    end
  end

  def test_a_kernel_that_cannot_reach_the_object_is_asked_once_more
    refusing([unreachable]) { |_, stub, object| assert_equal [1, 1], [stub.incr(1), object.refused] }
    refusing(Array.new(3) { unreachable }) do |_, stub, object|
      future = stub.async.incr(1)
      2.times { assert_equal :not_run, assert_raises(Amino::KernelUnavailable) { future.value }.outcome }
      assert_equal 2, object.refused
    end
  end

  def test_what_may_have_run_is_not_sent_again
    [Amino::Moved, Amino::KernelUnavailable].product(%i[ran unknown]).each do |kind, outcome|
      refusing([kind.new("it is over", outcome: outcome)]) do |_, stub, object|
        assert_equal outcome, assert_raises(kind) { stub.incr(1) }.outcome
        assert_equal 1, object.refused
      end
    end
  end

  def test_threads_that_wait_for_one_call_send_it_again_once
    refusing(Array.new(3) { moved }) do |_, stub, object|
      future = stub.async.incr(1)
      assert_equal [1] * 8, Array.new(8) { Thread.new { future.value } }.map(&:value)
      assert_equal [3, 1], [object.refused, object.calls]
    end
  end

  def test_a_question_that_fails_ends_the_call
    refusing([moved]) do |_, stub, _, kernel|
      kernel.service.records.clear
      assert_equal :not_run, assert_raises(Amino::NameNotFound) { stub.incr(1) }.outcome
    end
  end

  ROUTING.fetch("unanswered").each do |one|
    failed, (question, outcome), call, own = one.values_at("failed", "question", "call", "own")
    define_method("test_a_question_that_ends_with_#{question}_ends_a_call_that_failed_with_#{failed}") do
      refusing([error_of(failed, "it has failed", :not_run)]) do |client, stub|
        unanswered = error_of(question, "no answer", outcome.to_sym)
        client.define_singleton_method(:record) { |_| raise unanswered }
        error = assert_raises(Amino::Error) { stub.incr(1) }
        assert_equal call, [error.code, error.outcome.to_s]
        assert_equal own, error.message.include?("it has failed")
      end
    end
  end

  def test_a_client_that_is_closed_sends_nothing_again
    refusing([moved]) do |client, stub, object|
      future = stub.async.incr(1)
      future.wait
      client.close
      assert_raises(Amino::Moved) { future.value }
      assert_equal [1, 0], [object.refused, object.calls]
    end
  end

  private

  def error_of(code, message, outcome) = Amino::Error.for_code(code).new(message, outcome: outcome)

  def moved = Amino::Moved.new("not here at the moment")

  def unreachable = Amino::KernelUnavailable.new("the other kernel does not answer", outcome: :not_run)

  def step_of(route, event)
    at = event.fetch("at") / 1000.0
    if event.key?("failed")
      code, outcome = event.fetch("failed")
      route.failed(code, outcome.to_sym, at)
    elsif event.key?("found") then route.found(event.fetch("found") == "elsewhere", at)
    else route.waited(at)
    end
  end

  def refusing(refusals)
    kernel = TestKernel.new
    kernel.register("refusing", object = Refusing.new(refusals))
    Amino.connect(kernel.address) { |client| yield client, client.get("refusing"), object, kernel }
  ensure
    kernel&.close
  end
end
