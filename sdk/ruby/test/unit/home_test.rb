# frozen_string_literal: true

require_relative "../support/test_case"
require_relative "../support/test_kernel"

# A client that knows several kernels.
class HomeTest < TestCase
  # A counter one of whose members takes as long as the test likes.
  class Waiting < TestObjects::Counter
    attr_reader :gate

    def initialize
      super
      @gate = Queue.new
    end

    def wait = @gate.pop
  end

  def with_two(lanes: :unix, host: "127.0.0.1")
    kernels = Array.new(2) { TestKernel.new(lanes: lanes) }
    Amino.connect(kernels.map { |kernel| kernel.address.sub("127.0.0.1", host) }.join(",")) { |client| yield client, kernels }
  ensure
    kernels&.each(&:close)
  end

  # The same, with an object of which the first kernel's calls have no answer until the end.
  def with_silence(**ways)
    with_two(**ways) do |client, kernels|
      waiting = Waiting.new
      kernels.each { |kernel| kernel.register("waiting", waiting, at: "") }
      yield client, kernels, waiting
    ensure
      2.times { waiting.gate << "late" }
    end
  end

  def test_the_first_kernel_that_answers_is_asked
    kernel = TestKernel.new
    gone = TCPServer.open("127.0.0.1", 0) { |server| "127.0.0.1:#{server.addr[1]}" }
    Amino.connect("#{gone}, #{kernel.address}") { |client| assert_equal kernel.address, client.home.address }
  ensure
    kernel&.close
  end

  def test_another_kernel_is_asked_and_called_when_the_first_one_has_ended
    with_two do |client, kernels|
      counter = client.get("counter")
      assert_equal 5, counter.incr(5)
      assert_equal kernels.first.address, client.home.address
      kernels.shift.close
      # A call that leaves before the loss is noticed may have run, and says so.
      answer = begin
        counter.incr(1)
      rescue Amino::KernelUnavailable => e
        assert_equal :unknown, e.outcome
        counter.incr(1)
      end
      assert_equal 1, answer
      assert_equal kernels.first.address, client.home.address
      assert_equal "counter", client.describe("counter").name
    end
  end

  def test_a_request_that_reads_finds_another_kernel
    with_two do |client, kernels|
      kernels.shift.close
      assert_equal "counter", client.describe("counter").name
    end
  end

  def test_the_next_kernel_is_tried_soon_where_the_first_one_stands_still
    silent = TCPServer.open("127.0.0.1", 0)
    kernel = TestKernel.new
    [[{}, 1.0], [{ next_after: 0.1 }, 0.1]].each do |options, least|
      begun = Process.clock_gettime(Process::CLOCK_MONOTONIC)
      addresses = "127.0.0.1:#{silent.addr[1]},#{kernel.address}"
      Amino.connect(addresses, **options) { |client| assert_equal kernel.address, client.home.address }
      taken = Process.clock_gettime(Process::CLOCK_MONOTONIC) - begun
      assert_operator taken, :>, least - 0.05
      assert_operator taken, :<, least + 4
    end
  ensure
    kernel&.close
    silent&.close
  end

  def test_how_soon_the_next_kernel_is_tried_can_be_said
    length = Amino::Control::NextAfter
    assert_in_delta 1.0, length.seconds(nil, {})
    assert_in_delta 0.25, length.seconds(nil, { "AMINO_NEXT_AFTER" => "0.25" })
    assert_in_delta 0.5, length.seconds(0.5, { "AMINO_NEXT_AFTER" => "soon" })
    %w[soon 0 -1 Infinity NaN].each do |wrong|
      error = assert_raises(Amino::ConfigInvalid, wrong) { length.seconds(nil, { "AMINO_NEXT_AFTER" => wrong }) }
      assert_match(/AMINO_NEXT_AFTER = .* more than 0/, error.message)
    end
    assert_raises(Amino::ArgumentInvalid) { Amino.connect("127.0.0.1:1", next_after: 0) }
  end

  # The second kernel knows nothing of the first one: as far as it knows, that one is lost.
  %i[unix tcp none].each do |lanes|
    define_method("test_a_call_ends_when_another_kernel_says_that_its_own_is_lost_#{lanes}") do
      with_silence(lanes: lanes) do |client, kernels|
        stub = client.get("waiting")
        error = assert_raises(Amino::KernelUnavailable) { stub.wait }
        assert_equal :unknown, error.outcome
        assert_match(/is lost: its lease has ended/, error.message)
        assert_equal kernels.last.address, client.home.address
        assert_equal 1, stub.incr(1)
      end
    end
  end

  [true, false].each do |connected|
    define_method("test_requests_go_to_another_kernel_when_their_own_is_lost_#{connected ? "after" : "before"}_the_first_call") do
      with_two do |client, kernels|
        client.get("counter").get if connected
        held = Queue.new
        kernels.first.service.before_answering = ->(_request) { held.pop }
        assert_equal "counter", client.restart("counter").name
        assert_equal kernels.last.address, client.home.address
      ensure
        held << nil
      end
    end
  end

  def test_a_long_call_goes_on_while_its_kernel_lives
    with_silence(lanes: :tcp, host: "localhost") do |client, kernels, waiting|
      told = Amino::Pb::KernelRecord.new(id: "test", endpoints: Amino::Pb::Endpoints.new(grpc: kernels.first.address), alive: true)
      kernels.each { |kernel| kernel.service.living = [told] }
      stub = client.get("waiting")
      call = quietly { stub.wait }
      requests = kernels.last.service.requests
      asked = 0
      eventually("the second kernel is asked twice") do
        asked += 1 if !requests.empty? && requests.pop.is_a?(Amino::Pb::KernelsRequest)
        asked > 1
      end
      waiting.gate << "still here"
      assert_equal "still here", call.value
    end
  end

  def test_what_is_no_address_is_refused
    ["", ",", "host", "127.0.0.1:7420,host"].each do |wrong|
      assert_raises(Amino::ConfigInvalid, wrong) { Amino.connect(wrong) }
    end
  end
end
