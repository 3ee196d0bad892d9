# frozen_string_literal: true

require_relative "../support/test_case"
require_relative "../support/test_kernel"

# Many objects made at once, against a kernel's services played by the test over real sockets.
class CreationTest < TestCase
  def setup
    @kernel = TestKernel.new
    @service = @kernel.service
    @client = Amino.connect(@kernel.address)
  end

  def teardown
    @client.close
    @kernel.close
  end

  # The requests of one kind.
  def asked(kind)
    @asked = Array(@asked)
    @asked << @service.requests.pop until @service.requests.empty?
    @asked.grep(kind)
  end

  def numbered(count) = Array.new(count) { |number| [number] }

  # As eventually, in a thread of the server, which an assertion would end without an answer.
  def hold_until(what, &condition)
    eventually(what, &condition)
  rescue Minitest::Assertion => e
    raise e.message
  end

  def made = @service.records.keys.grep(/\Amade-/)

  def test_batches_are_made_two_at_once_and_answered_in_the_order_of_the_arguments
    begun = Queue.new
    answered = Queue.new
    most = 0
    @service.before_making = lambda do |request|
      begun << request
      hold_until("two are under way") { begun.size >= 2 }
      # Whatever the client sent before this question is there when it is answered.
      @client.kernels
      # The first batch is answered last.
      hold_until("the others were answered") { answered.size == 2 } if request.instances.first.args == MessagePack.pack([0])
      most = [most, begun.size - answered.size].max
      answered << request.instances.size
    end
    stubs = @client.create_many("counter", numbered(1200))
    assert_equal(numbered(1200).map { |(number)| "made-#{number}" }, stubs.map { |stub| stub.to_amino_reference.id })
    assert_equal [[500, 200, 500], 2], [Array.new(answered.size) { answered.pop }, most]
    assert_equal 3, asked(Amino::Pb::CreateManyRequest).map(&:request_id).uniq.size
    assert_equal "Counter", stubs.last.to_amino_reference.class_name, "the interface comes once for all"
    assert_equal 1200, stubs.last.incr(1)
  end

  def test_names_and_options_are_sent
    @client.create_many("counter", [[1], []].each, names: %w[a b], select: { region: "eu" }, labels: { tier: 1 })
    request = asked(Amino::Pb::CreateManyRequest).first
    assert_equal([["a", [1]], ["b", []]], request.instances.map { |one| [one.name, MessagePack.unpack(one.args)] })
    assert_equal ["counter", { "tier" => "1" }], [request.class_name, request.labels.to_h]
    assert_equal ["region"], request.selector.terms.first.requirements.map(&:key)
  end

  def test_what_cannot_be_right_is_refused_before_anything_is_sent
    error = assert_raises(Amino::ArgumentInvalid) { @client.create_many("counter", numbered(600), names: ["one"]) }
    assert_match(/\A1 names .* 600 objects/, error.message)
    assert_raises(Amino::ArgumentInvalid) { @client.create_many("counter", [], names: ["one"]) }
    error = assert_raises(Amino::ArgumentInvalid) { @client.create_many("counter", [[1], 2]) }
    assert_includes error.message, "arguments[1]"
    assert_raises(Amino::ArgumentInvalid) { @client.create_many("counter", 7) }
    error = assert_raises(Amino::ValueInvalid) { @client.create_many("counter", [[1], [-> { 1 }]]) }
    assert_match(/\Aarguments\[1\]\[0\]/, error.message)
    assert_empty asked(Amino::Pb::CreateManyRequest)
  end

  def test_no_objects_need_no_request
    assert_equal [], @client.create_many("counter", [])
    assert_empty asked(Amino::Pb::CreateManyRequest)
  end

  def test_what_was_made_is_deleted_when_a_batch_fails
    failing = Queue.new
    @service.before_making = lambda do |request|
      failing << request if request.instances.first.name == "new-500"
      # The first batch is made after the second could not be.
      hold_until("the second has begun") { failing.size == 1 } if request.instances.first.name == "new-0"
    end
    names = Array.new(1200) { |number| number == 700 ? "counter" : "new-#{number}" }
    error = assert_raises(Amino::NameTaken) { @client.create_many("counter", numbered(1200), names: names) }
    assert_equal "the name counter is taken", error.message
    assert_empty made
    deleted = asked(Amino::Pb::DeleteRequest).map(&:name_or_id)
    assert_equal [true, true, false], %w[made-0 made-499 made-500].map { |id| deleted.include?(id) }
  end

  def test_why_a_batch_failed_is_said_even_where_nothing_can_be_deleted
    @service.before_making = lambda do |request|
      next if request.instances.first.name == "new-0"

      hold_until("the first batch was made") { made.size == 500 }
      made.each { |id| @service.records.delete(id) }
    end
    names = Array.new(600) { |number| number == 599 ? "counter" : "new-#{number}" }
    assert_raises(Amino::NameTaken) { @client.create_many("counter", numbered(600), names: names) }
    assert_equal 500, asked(Amino::Pb::DeleteRequest).size
  end
end
