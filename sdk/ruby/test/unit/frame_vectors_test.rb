# frozen_string_literal: true

require "json"
require_relative "../support/test_case"
require_relative "../support/neutral"

# The frames of tests/conformance/frames.json, as far as a client reads and writes them.
class FrameVectorsTest < TestCase
  VECTORS = JSON.parse(File.read(File.expand_path("../../../../tests/conformance/frames.json", __dir__))).fetch("frames")
  # What this SDK says of a call, by the names of spec/protocol.json; flags are the connection's.
  OPTIONS = { "request_id" => :request_id, "read_only" => :read_only, "transaction" => :transaction, "trace" => :trace }.freeze
  # A call of a frame: its bytes, and those of its options.
  Written = Struct.new(:body, :options)
  # A call that waits for its answer.
  Waiting = Struct.new(:seq, :index, :outcome) do
    def settle(outcome) = self.outcome = outcome
    def done? = false
  end

  def setup
    @codec = Amino::Values::Codec.new
  end

  def bytes(vector) = [vector["hex"]].pack("H*")

  def of_kind(*kinds) = VECTORS.select { |vector| kinds.include?(vector["frame"]["kind"]) }

  def answers_before(seq)
    Amino::Lane::Answers.new(@codec).tap { |answers| seq.times { answers.expect([]) } }
  end

  def described(answers, call)
    { "value" => Neutral.describe(answers.outcome(call)) }
  rescue Amino::Error => e
    { "raised" => Neutral.describe(e).fetch("error") }
  end

  def test_replies_and_what_later_versions_may_add_to_them_are_read
    of_kind("reply", "partial").each do |vector|
      frame = vector["frame"]
      indexes = frame["indexes"] || frame["outcomes"].each_index.to_a
      answers = answers_before(frame["seq"])
      calls = Array.new((indexes.max || -1) + 1) { Waiting.new }
      answers.expect(calls.dup)
      kind, = answers.read(bytes(vector))
      assert_equal :settled, kind, vector["name"]
      assert_equal frame["outcomes"], indexes.map { |index| described(answers, calls[index]) }, vector["name"]
    end
  end

  def test_pings_goodbyes_and_requests_are_read
    answers = answers_before(0)
    pong = of_kind("pong").first
    assert_equal [:reply, bytes(pong)], answers.read(bytes(of_kind("ping").first))
    assert_equal :nothing, answers.read(bytes(pong))
    of_kind("goodbye").each { |vector| assert_equal vector["frame"]["error"], Neutral.describe(answers.read(bytes(vector))[1])["error"] }
    of_kind("request").each do |vector|
      kind, refusal = answers.read(bytes(vector))
      assert_equal :reply, kind
      assert_equal [Amino::Protocol::REPLY, vector["frame"]["seq"]], MessagePack.unpack(refusal, allow_unknown_ext: true).first(2)
    end
  end

  def test_hellos_of_kernels_are_read
    hellos = of_kind("hello").select { |vector| vector["frame"]["fields"]["kernel"] }
    assert_equal 2, hellos.size
    hellos.each do |vector|
      fields = Amino::Values::Material.read(bytes(vector))[1]
      assert_nil Amino::Lane.check_version(fields[Amino::Protocol::Hello::VERSION], "the kernel")
      assert_equal vector["frame"]["fields"], fields.slice(*vector["frame"]["fields"].keys)
    end
  end

  def test_frames_are_written
    names = VECTORS.select { |vector| vector["exact"] }.filter_map do |vector|
      frame = written(vector["frame"])
      next if frame.nil?

      assert_equal vector["hex"], frame.unpack1("H*"), vector["name"]
      vector["name"]
    end
    sent = ["hello of a client that knows features", "request of two calls", "request with the options of a client", "cancel", "pong"]
    assert_equal [], sent - names
  end

  def written(frame)
    case frame["kind"]
    when "hello" then frame["fields"]["features"] ? Amino::Lane::Frames.hello(*frame["fields"].values_at("client", "token")) : nil
    when "cancel" then Amino::Lane::Frames.cancel(frame["seq"], frame["indexes"])
    when "pong" then Amino::Lane::Frames.pong(frame["number"])
    when "request" then request(frame)
    end
  end

  def request(frame)
    calls = frame["calls"].map { |call| written_call(call) || (return nil) }
    Amino::Lane::Frames.request(frame["seq"], frame["budget_ms"], calls)
  end

  # The call, or nil where this SDK has no way to say one of its options.
  def written_call(call)
    body = MessagePack.pack(call["target"]) + MessagePack.pack(call["method"])
    body << @codec.encode_array(call["args"].map { |arg| Neutral.build(arg) })
    options = call.fetch("options", {})
    return Written.new(body, nil) if options.empty?
    return unless (options.keys - OPTIONS.keys - %w[kwargs flags budget]).empty?

    named = options.slice(*OPTIONS.keys).transform_keys(OPTIONS)
    kwargs = @codec.plain_map(options.fetch("kwargs", []).to_h { |key, value| [key, Neutral.build(value)] })
    deadline = options["budget"] && (options["budget"] / 1000.0)
    Written.new(body, Amino::CallOptions.new(deadline: deadline, **named).encode(kwargs, options.fetch("flags", 0)))
  end
end
