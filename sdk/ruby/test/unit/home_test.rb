# frozen_string_literal: true

require_relative "../support/test_case"
require_relative "../support/test_kernel"

# A client that knows several kernels.
class HomeTest < TestCase
  def with_two
    kernels = Array.new(2) { TestKernel.new }
    Amino.connect(kernels.map(&:address).join(",")) { |client| yield client, kernels }
  ensure
    kernels&.each(&:close)
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
    begun = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    Amino.connect("127.0.0.1:#{silent.addr[1]},#{kernel.address}") { |client| assert_equal kernel.address, client.home.address }
    assert_operator Process.clock_gettime(Process::CLOCK_MONOTONIC) - begun, :<, 5
  ensure
    kernel&.close
    silent&.close
  end

  def test_what_is_no_address_is_refused
    ["", ",", "host", "127.0.0.1:7420,host"].each do |wrong|
      assert_raises(Amino::ConfigInvalid, wrong) { Amino.connect(wrong) }
    end
  end
end
