# frozen_string_literal: true

require "tmpdir"
require_relative "../support/test_case"
require_relative "../support/test_kernel"

# The client against a kernel's services and lanes, both played by the test's objects over real sockets.
class ClientTest < TestCase
  def connect(transport: :auto, **options)
    @kernel = TestKernel.new(**options)
    Amino.connect(@kernel.address, transport: transport) { |client| yield client, client.get("counter") }
  ensure
    @kernel&.close
  end

  def lanes = @kernel.lane.peers.size

  # The requests of a kind that have been heard since the last question.
  def asked(kind) = Array.new(@kernel.service.requests.size) { @kernel.service.requests.pop }.grep(kind)

  def test_the_contract_of_a_stub
    connect do |client, counter|
      assert_equal 5, counter.incr(5)
      assert_equal 6, counter.with_options(deadline: 5).incr(1)
      assert_equal 8, counter.async.incr(2).value
      assert_equal 11, client.create("counter", 10).incr(1)
      assert_equal({ "a" => [1] }, counter.echo(a: [1]))
      assert_equal [5, [6]], counter.call(:echo, [5, [6]])
    end
  end

  def test_a_client_that_is_closed_asks_nothing_more
    connect do |client, counter|
      counter.get
      client.close
      asked(Object)
      [-> { counter.get }, -> { client.get("counter") }, -> { client.watch.first }, -> { client.register(__FILE__, "other") }].each do |ask|
        error = assert_raises(Amino::KernelUnavailable, &ask)
        assert_equal ["the client is closed; connect again", :not_run], [error.message, error.outcome]
      end
      assert_equal [], asked(Object)
    end
  end

  def test_calls_go_over_the_unix_socket_of_the_same_host
    connect do |_, counter|
      counter.get
      assert_equal 1, lanes
      assert_equal Amino::Control::Host.id, @kernel.service.requests.pop.host_id
    end
  end

  def test_calls_go_over_tcp_from_another_host
    connect(lanes: :tcp) do |_, counter|
      counter.get
      assert_equal 1, lanes
    end
  end

  def test_calls_fall_back_to_grpc_without_a_word
    %i[none dead].each do |kind|
      connect(lanes: kind) do |_, counter|
        assert_equal (1..100).to_a, Array.new(100) { counter.async.incr(1) }.map(&:value)
        assert_equal 0, lanes
      end
    end
  end

  def test_the_session_says_who_calls
    connect(transport: :grpc) do |_, counter|
      assert_equal 1, counter.incr(1)
      metadata = eventually("the session began") { found = @kernel.service.requests.pop; found if found.is_a?(Hash) }
      assert_match(/\Aruby-/, metadata["amino-client"])
    end
  end

  def test_what_is_no_address_is_refused_before_it_is_looked_up
    ["foo", "foo:", ":7420", "foo:bar", "foo:0", "foo:65536", "", "http://foo:1"].each do |address|
      error = assert_raises(Amino::ConfigInvalid) { Amino.connect(address) }
      assert_equal "#{address.inspect} is no address of a kernel; write host:port, such as 127.0.0.1:7420", error.message
    end
  end

  def test_who_wants_a_lane_and_gets_none_is_told
    connect(lanes: :none, transport: :lane) { |_, counter| assert_raises(Amino::KernelUnavailable) { counter.get } }
  end

  def test_an_exception_of_the_object_arrives_whole
    connect do |_, counter|
      error = assert_raises(Amino::GuestException) { counter.fail("no such thing: été") }
      assert_equal ["GUEST_EXCEPTION", "ArgumentError", "no such thing: été"], [error.code, error.guest_class, error.guest_message]
      assert_includes error.guest_stack, "fail"
    end
  end

  def test_an_error_of_a_service_arrives_whole
    connect do |client, _|
      error = assert_raises(Amino::NameNotFound) { client.get("count") }
      assert_kind_of Amino::NotFound, error
      assert_equal({ "near" => ["counter"] }, error.details)
      assert_instance_of Amino::OmsUnavailable, error.cause
      assert_equal %i[not_run unknown], [error.outcome, error.cause.outcome]
    end
  end

  def test_a_kernel_of_another_version_is_refused_before_the_first_call
    error = assert_raises(Amino::FrameInvalid) { connect(wire_version: 3) { flunk } }
    assert error.message.end_with?("speaks version 3 of the wire and this program version 2: upgrade this program"), error.message
  end

  def test_nobody_there
    { "127.0.0.1:1" => "connection refused", "nobody.invalid:1" => "no host has that name" }.each do |address, why|
      error = assert_raises(Amino::KernelUnavailable) { Amino.connect(address) }
      said = "the kernel at #{address} does not answer (#{why}). Is it running? `amino up` starts one."
      assert_equal [said, :not_run], [error.message, error.outcome]
    end
  end

  def test_stubs_are_passed_and_received
    connect do |client, counter|
      same = counter.echo([counter]).first
      assert_equal counter, same
      assert_equal 1, same.incr(1)
      assert_equal({ same => 1 }, { counter => 1 })
      refute_equal counter, client.create("counter")
    end
  end

  def test_ruby_itself_asks_a_stub_nothing_far_away
    connect do |_, counter|
      assert_equal [counter], [[counter]].flatten
      assert_includes "#{counter}", "Amino::Stub"
      assert_raises(TypeError) { [1] + counter }
      assert_raises(Amino::ArgumentInvalid) { counter.incr(1) { nil } }
      refute_nil counter
      assert_equal 0, counter.get
    end
  end

  def test_a_pipeline_answers_in_order_and_raises_once_all_have_ended
    connect do |client, counter|
      assert_equal (1..32).to_a, client.pipeline { |p| 32.times { p[counter].incr(1) } }
      assert_raises(Amino::GuestException) { client.pipeline { |p| [p[counter].fail("no"), p[counter].incr(1)] } }
      assert_equal 33, counter.get
    end
  end

  def test_a_kernel_that_comes_back_is_found_again
    connect do |_, counter|
      counter.incr(1)
      @kernel.lane.cut
      error = nil
      eventually("calls reach it again") do
        counter.incr(1)
      rescue Amino::KernelUnavailable => e
        error = e
        nil
      end
      assert(error.nil? || error.message.include?("may have run"))
      assert_equal 2, lanes
    end
  end

  def test_commands_go_to_the_deployment_managers
    connect do |_, counter|
      assert_equal ["push", [1, "a"], { "force" => true }, ""], counter.dm.push(1, "a", force: true)
      assert_equal ["flush", [], {}, "LeaseCaching"], counter.dm["LeaseCaching"].flush
    end
  end

  def test_objects_are_listed_described_watched_moved_and_deleted
    connect do |client, counter|
      6.times { |number| @kernel.register("other-#{number}", TestObjects::Counter.new) }
      assert_equal 7, client.list.size
      assert_equal 6, client.list("other").size
      assert_equal [:active, %w[incr]], client.describe(counter).then { |found| [found.status, found.members.map(&:name)] }
      assert_equal %i[put synced], client.watch("counter").map(&:kind).uniq.first(2)
      assert_equal [3, 2, ["0"]], client.describe(counter).then { |found| [found.generation, found.epoch, found.replicas.map(&:path)] }
      assert_equal ["state.handle"], client.move(counter, "k2").lost
      client.move(counter, "k2", replica: "0.2")
      assert_equal %w[0 0.2], asked(Amino::Pb::MoveRequest).map(&:path)
      assert_equal ["counter", ["slow"]], client.attach(counter, ["Retry"]).then { |attached| [attached.object.name, attached.pending] }
      assert_equal "counter", client.restart(counter).id
      assert_equal "k", client.kernels.first.id
      client.delete(counter)
      assert_raises(Amino::NameNotFound) { client.get("counter") }
    end
  end

  def test_an_object_or_a_chain_is_explained_and_not_both
    connect do |client, counter|
      ["counter", counter].each do |target|
        error = assert_raises(Amino::ArgumentInvalid) { client.explain(target, deployment_managers: ["Retry"]) }
        assert_match(/an object or a chain, not both/, error.message)
      end
    end
  end

  def test_a_class_is_registered_with_its_files
    connect do |client, _|
      Dir.mktmpdir do |folder|
        File.write("#{folder}/main.js", "export default class Counter {}\n" * 50_000)
        stub = client.register(folder, "mine", entry: "main.js", args: [7], select: [{ region: %w[eu us], gpu: true, spot: false }],
                               deployment_managers: ["Retry", { "LeaseCaching" => { lease: 10 } }], labels: { tier: 1 })
        assert_equal 8, stub.incr(1)
        assert_raises(Amino::NameTaken) { client.register("#{folder}/main.js", "mine") }
        assert_raises(Amino::ArgumentInvalid) { client.register(folder, "x") }
      end
      check_registration(@kernel.service)
    end
  end

  def test_a_registration_that_replaces_leaves_to_the_old_object_what_it_does_not_say
    connect do |client, _|
      Dir.mktmpdir do |folder|
        File.write("#{folder}/main.js", "export default class Counter {}")
        client.register("#{folder}/main.js", "kept", replace: true)
        client.register("#{folder}/main.js", "bare", replace: true, discard_state: true, deployment_managers: [], labels: {}, select: {})
      end
      kept, bare = Array.new(@kernel.service.requests.size) { @kernel.service.requests.pop }.grep(Amino::Pb::RegisterRequest)
      assert_equal [false, false, nil, false], [kept.no_deployment_managers, kept.no_labels, kept.selector, kept.discard_state]
      assert_equal [true, true, true], [bare.no_deployment_managers, bare.no_labels, bare.discard_state]
      refute_nil bare.selector
    end
  end

  def test_an_artifact_that_the_kernel_has_is_not_waited_for
    connect do |client, _|
      Dir.mktmpdir do |folder|
        File.binwrite("#{folder}/main.js", Random.bytes(20 << 20))
        2.times { |number| client.register("#{folder}/main.js", "large-#{number}") }
      end
      assert_equal 1, @kernel.service.artifacts.size
    end
  end

  def test_a_moved_object_is_followed_and_the_call_runs_once
    connect do |client, _|
      other = TestKernel.new
      @kernel.register("roamer", moving = TestObjects::Counter.new, at: other.address)
      other.objects["roamer"] = Departed.new
      roamer = client.get("roamer")
      @kernel.register("roamer", moving)
      future = roamer.async.incr(1)
      assert_equal [1, 1], [future.value, future.value]
      assert_equal [2, 2], [roamer.incr(1), moving.calls]
    ensure
      other&.close
    end
  end

  # What a kernel answers for an object that it has no longer.
  class Departed
    def incr(_number) = raise(Amino::Moved, "it moved")
  end

  def check_registration(service)
    request = eventually("the request") { found = service.requests.pop; found if found.is_a?(Amino::Pb::RegisterRequest) }
    assert_equal "js", request.artifact.language
    assert_equal request.artifact["hash"], Digest::SHA256.hexdigest(service.artifacts.values.first)
    assert_equal %w[Retry LeaseCaching], request.deployment_managers.map(&:name)
    assert_equal({ "lease" => 10 }, Amino::Values::Codec.new.decode(request.deployment_managers.last.config))
    operators = request.selector.terms.first.requirements.map { |one| [one.key, one.operator, one.values.to_a] }
    assert_equal [["region", :OPERATOR_IN, %w[eu us]], ["gpu", :OPERATOR_EXISTS, []], ["spot", :OPERATOR_NOT_EXISTS, []]], operators
  end
end
