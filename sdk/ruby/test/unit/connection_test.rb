# frozen_string_literal: true

require "timeout"
require_relative "../support/test_case"
require_relative "../support/lane_server"

# Calls over a lane against real sockets.
class ConnectionTest < TestCase
  P = Amino::Protocol

  # What a future needs of an invoker when nothing is sent again.
  Label = Struct.new(:to_s) do
    def follow(_future, error) = raise(error)
  end

  def serve(**behaviour)
    objects = TestObjects.new
    @counter = objects["counter"] = TestObjects::Counter.new
    @codec = Amino::Values::Codec.new
    @server = LaneServer.new(objects, **behaviour)
    @connection = open_connection
    yield @connection
  ensure
    @connection&.close
    @server&.close
  end

  def open_connection
    dial = Amino::Lane::Dial.new(nil, "test", @codec, "the test's kernel", :lane)
    connection = dial.connect(Amino::Pb::Endpoints.new(lane_unix: @server.path), "secret", true)
    @peer = @server.peer
    connection
  end

  def future(method, *args, budget: nil)
    body = MessagePack.pack("counter") + MessagePack.pack(method.to_s) + @codec.encode_array(args)
    options = budget && MessagePack.pack({ P::Option::BUDGET => (budget * 1000).to_i })
    Amino::Future.new(Label.new("counter"), method, body, {}, options, budget)
  end

  def start(method, *args, **options)
    future = future(method, *args, **options)
    assert @connection.submit(future, watched: false)
    future
  end

  def call(method, *args)
    future = future(method, *args)
    assert @connection.submit(future)
    future.value
  end

  def requests(peer = @peer)
    frames = []
    frames << peer.frames.pop until peer.frames.empty?
    frames.select { |frame| frame[0] == P::REQUEST }
  end

  def held_methods
    methods = []
    methods.concat(@peer.held.pop[3].each_slice(3).map { |_, method, _| method }) until @peer.held.empty?
    methods
  end

  def test_the_first_frame_is_a_hello_with_the_token
    serve do
      says = { "v" => P::VERSION, "client" => "test", "token" => "secret", "role" => "client", "features" => ["goodbye"] }
      assert_equal [P::HELLO, says], @peer.frames.pop
    end
  end

  def test_calls_gather_in_few_frames
    serve do
      futures = Array.new(320) { start(:incr, 1) }
      assert_equal (1..320).to_a, futures.map(&:value)
      assert_operator requests.size, :<=, 40
    end
  end

  def test_a_lone_call_goes_at_once
    serve(hold: true) do
      arrived = []
      waiting = Array.new(5) { quietly { call(:incr, 1) } }
      eventually("five calls arrived") { arrived.concat(held_methods).size == 5 }
      waiting << quietly { call(:get) }
      eventually("the sixth arrived while the others are unanswered") { arrived.concat(held_methods).include?("get") }
      @server.cut
      waiting.each { |thread| assert_raises(Amino::KernelUnavailable) { thread.value } }
    end
  end

  def test_many_threads_share_a_connection
    serve do
      threads = Array.new(16) { Thread.new { Array.new(50) { call(:incr, 1) } } }
      answers = threads.flat_map(&:value)
      assert_equal (1..800).to_a, answers.sort
    end
  end

  def test_partial_replies_reach_their_calls
    serve(partial: true) do
      futures = Array.new(33) { |number| start(:echo, number) }
      assert_equal (0..32).to_a, futures.map(&:value)
    end
  end

  def test_a_failure_is_only_its_own_calls
    serve do
      futures = [start(:incr, 1), start(:fail, "no"), start(:undecodable), start(:nothing), start(:incr, 1)]
      assert_equal [1, 2], futures.values_at(0, 4).map(&:value)
      assert_equal %w[ArgumentError no], futures[1].error.then { |error| [error.guest_class, error.guest_message] }
      assert_instance_of Amino::ValueInvalid, futures[2].error
      assert_instance_of Amino::MemberNotFound, futures[3].error
    end
  end

  def test_values_are_decoded_once_for_all_who_ask
    serve do
      future = start(:echo, [[1]])
      values = Array.new(4) { Thread.new { future.value } }.map(&:value)
      values.each { |value| assert_same values.first, value }
    end
  end

  def test_a_call_that_nobody_waits_for_is_made_and_answered
    serve do
      future = start(:incr, 1)
      eventually("the answer came by itself") { future.done? }
      assert_equal 1, @counter.calls
    end
  end

  def test_a_flood_that_nobody_reads_does_not_stop_both_ends
    serve do
      text = "x" * 10_000
      futures = Array.new(2000) { start(:echo, text) }
      assert_equal 2000, futures.count { |future| future.value == text }
    end
  end

  def test_frames_keep_below_the_limit_that_the_kernel_names
    serve(max_frame: 2000) do
      futures = Array.new(100) { |number| start(:echo, number.to_s * 100) }
      futures.each(&:value)
      requests.each { |frame| assert_operator MessagePack.pack(frame).bytesize, :<=, 2000 }
      error = assert_raises(Amino::ValueInvalid) { start(:echo, "x" * 2000) }
      assert_includes error.message, "more than a frame holds"
      assert_equal :not_run, error.outcome
    end
  end

  def test_calls_that_have_no_answer_fail_when_the_connection_is_lost
    serve(hold: true) do
      futures = Array.new(3) { start(:incr, 1) }
      waiting = Thread.new { futures.last.error }
      @peer.held.pop
      @server.cut
      assert_instance_of Amino::KernelUnavailable, waiting.value
      futures.each do |future|
        assert_equal [Amino::KernelUnavailable, future.seq ? :unknown : :not_run], [future.error.class, future.error.outcome]
      end
      refute @connection.submit(future(:get))
    end
  end

  def test_a_goodbye_says_why
    serve(hold: true) do
      future = start(:incr, 1)
      @peer.held.pop
      @peer.send([P::GOODBYE, ["OVERLOADED", "Overloaded", "too many", "", nil, nil]])
      assert_equal [Amino::KernelUnavailable, :unknown], [future.error.class, future.error.outcome]
      assert_instance_of Amino::Overloaded, future.error.cause
    end
  end

  def test_a_kernel_of_another_version_is_refused_with_the_side_to_upgrade
    { 1 => "the test's kernel", 3 => "this program", "2" => "the test's kernel", nil => "the test's kernel" }.each do |version, side|
      error = assert_raises(Amino::FrameInvalid) { serve(version: version) { flunk } }
      assert error.message.end_with?("upgrade #{side}"), error.message
      assert_equal :not_run, error.outcome
    end
  end

  def test_what_later_versions_add_to_hellos_and_replies_is_passed_over
    serve(hello: { "features" => ["later"] }, metadata: [{ 0 => 17, 31 => { "later" => [1] } }]) { assert_equal 1, call(:incr, 1) }
    serve(partial: true, metadata: [{}]) { assert_equal 1, call(:incr, 1) }
  end

  def test_bytes_that_are_no_frame_end_the_connection
    serve(hold: true) do
      future = start(:incr, 1)
      @peer.held.pop
      @peer.send([99])
      assert_includes assert_raises(Amino::KernelUnavailable) { future.value }.message, "unknown kind"
    end
  end

  def test_a_ping_is_answered
    serve(hold: true) do
      start(:incr, 1)
      @peer.held.pop
      @peer.send([P::PING, 7])
      assert_includes eventually("the pong arrived") { found = @peer.frames.pop; found if found[0] == P::PONG }, 7
    end
  end

  def test_a_call_of_the_other_side_is_refused
    serve(hold: true) do
      start(:incr, 1)
      @peer.held.pop
      @peer.send([P::REQUEST, 3, 0, ["x", "y", []]])
      reply = eventually("the reply arrived") { found = @peer.frames.pop; found if found[0] == P::REPLY }
      assert_equal [3, 8], [reply[1], reply[2][0].type]
    end
  end

  def test_cancel_ends_the_call_here_and_tells_the_kernel
    serve(hold: true) do
      future = start(:incr, 1)
      request = @peer.held.pop
      assert future.cancel
      assert_instance_of Amino::Cancelled, future.error
      cancel = eventually("the cancel arrived") { found = @peer.frames.pop; found if found[0] == P::CANCEL }
      assert_equal [request[1], [0]], cancel[1..]
      refute future.cancel
      @peer.send([P::REPLY, request[1], [1]])
      assert_instance_of Amino::Cancelled, future.error
    end
  end

  def test_a_deadline_that_nobody_keeps_is_kept_here
    serve(hold: true) do
      future = start(:incr, 1, budget: 0.001)
      assert_instance_of Amino::DeadlineExceeded, future.error
      refute_predicate @peer.frames, :empty?
    end
  end

  def test_waiting_for_a_while_leaves_the_call_alone
    serve(hold: true) do
      future = start(:incr, 1)
      request = @peer.held.pop
      assert_raises(Amino::DeadlineExceeded) { future.value(0.001) }
      refute future.wait(0.001)
      @peer.send([P::REPLY, request[1], [41]])
      assert_equal 41, future.value
    end
  end

  def test_a_thread_that_is_interrupted_while_it_reads_for_all_harms_nobody
    serve(hold: true) do
      reading = quietly { call(:incr, 1) }
      request = @peer.held.pop
      other = Thread.new { call(:get) }
      second = @peer.held.pop
      reading.raise(Timeout::Error)
      assert_raises(Timeout::Error) { reading.value }
      @peer.send([P::REPLY, request[1], [1]])
      @peer.send([P::REPLY, second[1], [2]])
      assert_equal 2, other.value
    end
  end
end
