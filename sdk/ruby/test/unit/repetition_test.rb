# frozen_string_literal: true

require "tmpdir"
require_relative "../support/test_case"
require_relative "../support/cutting_proxy"
require_relative "../support/test_kernel"

# What becomes of requests whose connection is lost before the answer came.
class RepetitionTest < TestCase
  LOST = GRPC::Unavailable.new("Socket closed")
  REFUSED = GRPC::Unavailable.new("failed to connect to all addresses; last error: connection refused")
  GIVEN_UP = GRPC::Cancelled.new("CANCELLED")
  ENDED = GRPC::DeadlineExceeded.new("too late")

  REQUESTS = {
    register: ->(client) { Dir.mktmpdir { |folder| client.register("#{folder}/main.js".tap { |path| File.write(path, "1") }, "mine") } },
    create: ->(client) { client.create("counter") },
    create_many: ->(client) { client.create_many("counter", [[1]]) },
    delete: ->(client) { client.delete("counter") },
    move: ->(client) { client.move("counter", "other") },
    restart: ->(client) { client.restart("counter") },
    attach: ->(client) { client.attach("counter", ["Retry"]) }
  }.freeze

  # Runs with a client whose connection is cut while its first requests that change objects are carried out.
  # @param cuts [Integer] how many requests get no answer
  # @return [Array] the requests that the kernel has heard
  def heard(cuts)
    kernel = TestKernel.new
    proxy = CuttingProxy.new(kernel.address)
    kernel.service.before_answering = lambda do |_request|
      next if (cuts -= 1).negative?

      proxy.cut
      raise GRPC::Aborted, "nobody hears this"
    end
    Amino.connect(proxy.address) { |client| yield client, kernel.service }
    Array.new(kernel.service.requests.size) { kernel.service.requests.pop }.select { |request| request.respond_to?(:request_id) }
  ensure
    proxy&.close
    kernel&.close
  end

  REQUESTS.each do |name, ask|
    define_method("test_#{name}_is_sent_again_with_the_same_id") do
      ids = heard(1) { |client, _| ask.call(client) }.map(&:request_id)
      assert_equal [2, 1, false], [ids.size, ids.uniq.size, ids.first.empty?]
    end
  end

  def test_each_request_of_the_user_has_an_id_of_its_own
    requests = heard(0) { |client, _| 2.times { client.attach("counter", ["Retry"]) } }
    assert_equal 2, requests.map(&:request_id).uniq.size
  end

  def test_what_a_kernel_has_answered_is_not_asked_again
    requests = heard(0) do |client, service|
      service.before_answering = lambda do |_request|
        detail = { "amino-error-bin" => Amino::Pb::Error.encode(Amino::Pb::Error.new(code: "KERNEL_UNAVAILABLE", message: "it is dead")) }
        raise GRPC::BadStatus.new_status_exception(GRPC::Core::StatusCodes::UNAVAILABLE, "it is dead", detail)
      end
      assert_equal "it is dead", assert_raises(Amino::KernelUnavailable) { client.move("counter", "other") }.message
    end
    assert_equal 1, requests.size
  end

  def test_a_request_that_the_kernel_gives_up_says_that_it_stopped
    error = Amino::Control::RpcErrors.from_status(GIVEN_UP, "the kernel", nil)
    assert_equal [Amino::KernelUnavailable, :unknown], [error.class, error.outcome]
    assert_includes error.message, "the kernel stopped before it had answered"
  end

  # @param failures [Array] what the attempts say, in order
  # @return [Array] what came of it, and how many attempts failed
  def outcome(failures, seconds = 60)
    attempts = 0
    result = Amino::Control::Repetition.repeat(Time.now + seconds, [0.001] * 3) do
      attempts += 1
      raise failures[attempts - 1] if attempts <= failures.size

      "answer"
    end
    [result, attempts - 1]
  rescue GRPC::BadStatus => e
    [e, attempts]
  end

  def test_attempts_go_on_until_one_is_answered
    assert_equal ["answer", 3], outcome([LOST, REFUSED, REFUSED])
    assert_equal ["answer", 2], outcome([GIVEN_UP, LOST])
  end

  def test_attempts_end_with_what_the_first_one_said
    assert_equal [LOST, 4], outcome([LOST, REFUSED, REFUSED, REFUSED])
  end

  def test_attempts_end_at_once_where_nothing_was_sent_or_a_kernel_has_answered
    assert_equal [REFUSED, 1], outcome([REFUSED])
    assert_equal [ENDED, 2], outcome([LOST, ENDED])
  end

  def test_attempts_end_when_no_time_is_left
    assert_equal [LOST, 1], outcome([LOST], 0)
  end
end
