# frozen_string_literal: true

require "timeout"
require "tmpdir"
require_relative "../support/test_case"

# Against a real kernel, whose address AMINO_TEST_ADDRESS names (`amino up` prints it).
class ClusterTest < TestCase
  COUNTER = <<~JS
    export default class Counter {
      static readOnly = ['get'];
      constructor(start = 0) { this.value = start; }
      incr(n) { this.value += n; return this.value; }
      get() { return this.value; }
      echo(value) { return value; }
      fail(message) { throw new RangeError(message); }
      spin() { for (;;); }
      async relay(other, n) { return await other.incr.async(n); }
    }
  JS

  def setup
    address = ENV.fetch("AMINO_TEST_ADDRESS", nil)
    skip "AMINO_TEST_ADDRESS names no kernel; start one with `amino up` and set it" if address.nil?

    @client = Amino.connect(address)
    @name = "ruby-test-#{SecureRandom.hex(4)}"
    @counter = Dir.mktmpdir { |folder| @client.register(source(folder), @name, args: [0]) }
  end

  def teardown
    return if @client.nil?

    @client.list(@name).each { |object| @client.delete(object.id) }
    @client.close
  end

  def test_calls_over_every_carrier
    assert_equal 5, @counter.incr(5)
    %i[lane grpc].each_with_index do |transport, index|
      Amino.connect(@client.home.address, transport: transport) { |other| assert_equal 6 + index, other.get(@name).incr(1) }
    end
  end

  def test_transactions_span_the_calls_that_others_make_for_the_block
    @client.attach(@name, ["LockingTransactions"])
    shop = Dir.mktmpdir { |folder| @client.register(source(folder), "#{@name}-shop") }
    @counter.dm.transaction do
      @counter.incr(1)
      assert_equal 3, shop.with_options(deadline: 10).relay(@counter, 2)
      error = assert_raises(Amino::TransactionInvalid) { @counter.dm.transaction { flunk } }
      assert_match(/no second transaction of Counter .* inside its transaction tx-/, error.message)
    end
    assert_raises(RuntimeError) do
      @counter.dm.transaction do
        assert_equal 13, shop.with_options(deadline: 10).relay(@counter, 10)
        raise "no"
      end
    end
    assert_equal 7, @counter.dm["LockingTransactions"].transaction { 7 }
    [1].each { @counter.dm.transaction { @counter.incr(100) and break } }
    assert_equal 3, @counter.get
  end

  def test_many_calls_at_once
    assert_equal (1..1000).to_a, @client.pipeline { |p| 1000.times { p[@counter].incr(1) } }
    threads = Array.new(8) { Thread.new { 100.times { @counter.incr(1) } } }
    threads.each(&:join)
    assert_equal 1800, @counter.get
  end

  def test_values_come_back_as_they_were
    shared = [1]
    value = {
      "int" => 2**80, "double" => 1.5, "text" => "Zürich", "bytes" => "\xff\x00".b, "set" => Set[1, "a"], "nothing" => nil,
      "time" => Time.at(0, 5, :nsec, in: "UTC"), "duration" => Amino::Duration.new(7), "twice" => [shared, shared]
    }
    back = @counter.echo(value)
    assert_equal value, back
    assert_same back["twice"][0], back["twice"][1]
  end

  def test_further_instances_and_references
    other = @client.create(@name, 10, name: "#{@name}-2")
    assert_equal 11, @counter.relay(other, 1)
    assert_equal other, @counter.echo(other)
    assert_equal "#{@name}-2", @client.describe(other).name
  end

  def test_further_instances_by_the_thousand
    names = Array.new(1200) { |number| "#{@name}-#{number}" }
    many = @client.create_many(@name, Array.new(1200) { |start| [start] }, names: names)
    assert_equal [1200, 1, 1200], [many.size, many.first.incr(1), many.last.incr(1)]
    assert_equal many.last, @client.get(names.last)
    assert_equal "Counter", many.last.to_amino_reference.class_name
  end

  def test_a_further_instance_without_a_name_goes_when_its_time_to_live_is_over
    passing = [@client.create(@name, 5, ttl: 1.5), *@client.create_many(@name, [[1], [2]], ttl: 1.5)]
    assert_equal 6, passing.first.incr(1)
    passing.each { |object| eventually("#{object} is gone") { gone?(object) } }
    assert_raises(Amino::ArgumentInvalid) { @client.create(@name, ttl: 1.5, name: "#{@name}-named") }
  end

  def test_further_instances_of_which_one_cannot_be_made_are_none
    names = Array.new(600) { |number| number == 599 ? @name : "#{@name}-#{number}" }
    assert_raises(Amino::NameTaken) { @client.create_many(@name, Array.new(600) { [] }, names: names) }
    assert_equal [@name], @client.list(@name).map(&:name)
  end

  def test_the_object_of_a_kind_and_a_key_is_made_once
    Dir.mktmpdir do |folder|
      kind = @client.register_kind(source(folder), @name, args: [40], labels: { team: "a" })
      assert_equal [@name, 1, "js", false], [kind.name, kind.generation, kind.language, kind.key_argument]
      assert_equal kind, @client.register_kind(source(folder), @name, args: [40], labels: { team: "a" })
      assert_raises(Amino::NameTaken) { @client.register_kind(source(folder), @name, args: [41]) }
      assert_raises(Amino::ChainInvalid) { @client.register(source(folder), "#{@name}-nap", idle: 60) }
    end
    assert_equal [@name], @client.kinds(@name).map(&:name)
    stubs = Array.new(8) { Thread.new { Amino.connect(@client.home.address) { |other| other.get_or_create(@name, 7).incr(1) } } }
    assert_equal (41..48).to_a, stubs.map(&:value).sort
    assert_equal 5, @client.get_or_create(@name, :other, 4).incr(1)
    assert_equal @client.get("#{@name}/7"), @client.get_or_create(@name, "7")
    assert_nil @client.remove_kind(@name)
    assert_equal 48, @client.get_or_create(@name, 7).get
    assert_raises(Amino::NameNotFound) { @client.get_or_create(@name, 8) }
  end

  def test_exceptions_and_mistakes
    error = assert_raises(Amino::GuestException) { @counter.fail("no such thing") }
    assert_equal ["RangeError", "no such thing"], [error.guest_class, error.guest_message]
    assert_includes error.guest_stack, "fail"
    assert_raises(Amino::MemberNotFound) { @counter.increment(1) }
    assert_raises(Amino::NameNotFound) { @client.get("#{@name}-none") }
    assert_raises(Amino::NameTaken) { Dir.mktmpdir { |folder| @client.register(source(folder), @name) } }
  end

  # In a context of their own, so that nobody else's object is in it when it has to be closed.
  def test_an_endless_call_ends_with_its_deadline_or_when_it_is_given_up
    spinner = Dir.mktmpdir { |folder| @client.register(source(folder), "#{@name}-spinner", own_context: true) }
    assert_raises(Amino::DeadlineExceeded) { spinner.with_options(deadline: 0.5).spin }
    future = @client.create("#{@name}-spinner").async.spin
    assert future.cancel
    assert_instance_of Amino::Cancelled, future.error
  end

  def test_what_the_cluster_knows
    assert_includes @client.describe(@counter).members.map(&:name), "incr"
    assert_includes @client.list(@name).map(&:name), @name
    assert_predicate @client.kernels, :any?
    events = @client.watch(@name).take_while { |event| event.kind != :synced }
    assert_equal [@name], events.map { |event| event.object.name }
  end

  private

  def gone?(object)
    @client.describe(object)
    false
  rescue Amino::NotFound
    true
  end

  def source(folder)
    "#{folder}/counter.js".tap { |path| File.write(path, COUNTER) }
  end
end
