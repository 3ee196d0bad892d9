# frozen_string_literal: true

require "json"
require_relative "../support/test_case"
require_relative "../support/lane_server"

# A goodbye that says which calls are still answered: what happens to the others.
class GoodbyeTest < TestCase
  P = Amino::Protocol
  CASES = JSON.parse(File.read(File.expand_path("../../../../tests/conformance/goodbye.json", __dir__)))["cases"]

  # What a future needs of an invoker when nothing is sent again.
  Label = Struct.new(:to_s) do
    def follow(_future, error) = raise(error)
  end

  # Serves a connection whose requests are left to the test.
  def serve
    @codec = Amino::Values::Codec.new
    @server = LaneServer.new(TestObjects.new, hold: true)
    dial = Amino::Lane::Dial.new(nil, "test", @codec, "the test's kernel", :lane)
    @connection = dial.connect(Amino::Pb::Endpoints.new(lane_unix: @server.path), "secret", true)
    @peer = @server.peer
    yield
  ensure
    @connection&.close
    @server&.close
  end

  def future
    body = MessagePack.pack("thing") + MessagePack.pack("get") + @codec.encode_array([])
    Amino::Future.new(Label.new("thing"), :get, body, {}, nil, nil)
  end

  def leave(last) = @peer.send([P::GOODBYE, ["KERNEL_UNAVAILABLE", "AminoError", "the kernel stops", "", { "last" => last }, nil, 1]])

  def answer(places, value) = places.each { |seq, index| @peer.send([P::PARTIAL, seq, [index], [value]]) }

  # Makes a request of so many calls, which leave in one frame.
  def request(count)
    calls = Array.new(count) { future }
    # The calls of a frame gather while the connection's lock for writing is taken.
    @connection.instance_variable_get(:@writing).synchronize { calls.each { |call| assert @connection.submit(call, watched: false) } }
    @connection.flush
    assert_equal count, @peer.held.pop[3].size / 3
    calls
  end

  def unavailable(call, outcome)
    error = assert_raises(Amino::KernelUnavailable) { call.value }
    assert_equal outcome, error.outcome
  end

  CASES.each do |given|
    define_method("test_#{given['name'].tr(' ', '_')}") do
      serve do
        calls = given["requests"].map { |count| request(count) }
        answer(given["answered"], "before")
        leave(given["last"])
        eventually("the goodbye was read") { !@connection.submit(future, watched: false) }
        given["answered"].each { |seq, index| assert_equal "before", calls[seq][index].value }
        given["not_run"].each { |seq, index| unavailable(calls[seq][index], :not_run) }
        given["late"].each { |seq, index| refute_predicate calls[seq][index], :done? }
        answer(given["late"], "after")
        given["late"].each { |seq, index| assert_equal "after", calls[seq][index].value }
        refute_predicate @connection, :open?
      end
    end
  end

  def test_what_the_connection_loses_afterwards_may_have_run
    serve do
      call = request(1).first
      leave(0)
      eventually("the goodbye was read") { !@connection.open? }
      refute_predicate call, :done?
      @server.cut
      unavailable(call, :unknown)
    end
  end
end
