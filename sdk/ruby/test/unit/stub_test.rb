# frozen_string_literal: true

require "json"
require "pp"
require "set"
require "yaml"
require_relative "../support/test_case"
require_relative "../support/test_kernel"

# What Ruby may ask of a stub besides calls: each row works sensibly, or is refused in words that name the way. None of them sends a call.
class StubTest < TestCase
  SHOWN = "#<Amino::Stub Counter counter counter>"

  # The object counts every call, whatever its name.
  class Listener < TestObjects::Counter
    attr_accessor :level

    def respond_to?(...) = true

    def method_missing(_name, *) = @calls += 1
    def respond_to_missing?(...) = true
  end

  REFUSED = {
    "iteration" => [->(stub) { stub.each { nil } }, Amino::ArgumentInvalid, /each was given one\. Call a member that gives the values/],
    "for" => [->(stub) { for item in stub do item end }, Amino::ArgumentInvalid, /a block cannot travel/],
    "map" => [->(stub) { stub.map(&:to_s) }, Amino::ArgumentInvalid, /a block cannot travel/],
    "order" => [->(stub) { stub < 3 }, NoMethodError, /has no operator <: call a member/],
    "sorting" => [->(stub) { [stub, stub].sort }, NoMethodError, /has no operator <=>/],
    "index" => [->(stub) { stub[0] }, NoMethodError, /has no operator \[\]/],
    "index assignment" => [->(stub) { stub[0] = 1 }, NoMethodError, /has no operator \[\]=/],
    "append" => [->(stub) { stub << 1 }, NoMethodError, /has no operator <</],
    "number" => [->(stub) { 1 + stub }, TypeError, /can't be coerced/],
    "string" => [->(stub) { "a" + stub }, TypeError, /no implicit conversion/],
    "array" => [->(stub) { [1] + stub }, TypeError, /no implicit conversion/],
    "hash" => [->(stub) { {}.merge(stub) }, TypeError, /no implicit conversion/],
    "double splat" => [->(stub) { Hash.new.then { |_| Kernel.format("%<a>s", **stub) } }, TypeError, /no implicit conversion/],
    "conversion by name" => [lambda(&:to_str), NoMethodError, /cannot be converted by to_str/],
    "block" => [->(stub) { [1].map(&stub) }, TypeError, /wrong argument type/],
    "marshal" => [->(stub) { Marshal.dump([stub]) }, TypeError, /cannot be stored: .*client\.get\(id\)/],
    "yaml" => [->(stub) { YAML.dump([stub]) }, TypeError, /cannot be stored/],
    "with" => [->(stub) { stub.with(deadline: 1) }, NoMethodError,
               /did you mean stub\.with_options\(deadline: …\)\? .*stub\.call\(:with\)/],
    "withOptions" => [->(stub) { stub.withOptions(deadline: 1) }, NoMethodError, /did you mean stub\.with_options/],
    "with_option" => [lambda(&:with_option), NoMethodError, /did you mean stub\.with_options/],
    "options" => [->(stub) { stub.options(deadline: 1) }, NoMethodError, /did you mean stub\.with_options/],
    "timeout=" => [->(stub) { stub.timeout = 1 }, NoMethodError, /did you mean stub\.with_options/],
    "unknown option" => [->(stub) { stub.with_options(timeout: 1) }, Amino::ArgumentInvalid, /no option timeout; did you mean deadline\?/],
    "strange option" => [->(stub) { stub.with_options(colour: 1) }, Amino::ArgumentInvalid, /no option colour; options are deadline, /]
  }.freeze

  WORKS = {
    "inspect" => [lambda(&:inspect), SHOWN],
    "interpolation" => [->(stub) { "#{stub}" }, SHOWN],
    "pp" => [->(stub) { PP.pp({ in: [stub] }, +"") }, "{:in=>[#{SHOWN}]}\n"],
    "pretty_inspect" => [lambda(&:pretty_inspect), "#{SHOWN}\n"],
    "puts" => [->(stub) { StringIO.new.tap { |out| out.puts(stub) }.string }, "#{SHOWN}\n"],
    "Array" => [->(stub) { Array(stub).size }, 1],
    "splat" => [->(stub) { [*stub].size }, 1],
    "unpacking" => [->(stub) { (a, b = stub) && [a.nil?, b.nil?] }, [false, true]],
    "flatten" => [->(stub) { [[stub]].flatten.size }, 1],
    "truth" => [->(stub) { [!stub, stub.nil?, stub ? 1 : 2] }, [false, false, 1]],
    "equality" => [->(stub) { [stub == stub.with_options(deadline: 1), stub != 1, stub.eql?(stub), stub.equal?(stub.dup)] }, [true] * 4],
    "case" => [->(stub) { case stub when Amino::Stub then :stub end }, :stub],
    "case of a stub" => [->(stub) { case 1 when stub then :same else :other end }, :other],
    "hash" => [->(stub) { [{ stub => 1 }[stub.with_options(read_only: true)], Set[stub, stub].size] }, [1, 1]],
    "respond_to?" => [->(stub) { %i[incr dm marshal_dump each to_ary to_str call].map { |name| stub.respond_to?(name) } },
                      [true, true, true, false, false, false, true]],
    "methods" => [->(stub) { [stub.methods.include?(:incr), stub.methods.include?(:with_options)] }, [true, true]],
    "dup" => [->(stub) { [stub.dup, stub.clone, stub.clone(freeze: true)].map(&:object_id).uniq.size }, 1],
    "json" => [->(stub) { JSON.generate({ stub: stub }) }, '{"stub":{"amino":"counter"}}'],
    "commands" => [->(stub) { [stub.dm.inspect, stub.dm.respond_to?(:to_ary), stub.dm["Retry"].nil?] },
                   ["#<Amino::Commands Counter counter counter>", false, false]],
    "async" => [->(stub) { ["#{stub.async}", [[stub.async]].flatten.size, stub.async.respond_to?(:each)] },
                ["#<Amino::AsyncStub Counter counter counter>", 1, false]],
    "is_a?" => [->(stub) { [stub.is_a?(Amino::Stub), stub.is_a?(Enumerable), stub.class] }, [true, false, Amino::Stub]]
  }.freeze

  def setup
    @kernel = TestKernel.new
    @kernel.register("counter", @listener = Listener.new)
    @client = Amino.connect(@kernel.address)
    @stub = @client.get("counter")
  end

  def teardown
    @client.close
    @kernel.close
  end

  def test_what_is_refused
    REFUSED.each do |what, (work, kind, message)|
      error = assert_raises(kind, what) { work.call(@stub) }
      assert_match message, error.message, what
    end
    assert_equal 0, @listener.calls
  end

  def test_what_works
    WORKS.each { |what, (work, expected)| assert_equal expected, work.call(@stub), what }
    assert_equal 0, @listener.calls
  end

  def test_members_are_asked_for_once_where_only_a_reference_is_known
    heard = @stub.echo(@stub)
    refute heard.respond_to?(:incr)
    assert_includes heard.methods, :incr
    assert heard.respond_to?(:incr)
    @kernel.service.records.clear
    assert_includes heard.methods, :incr
  end

  def test_a_property_is_read_and_written_as_in_ruby
    @stub.level = 9
    assert_equal [9, 9], [@stub.level, @listener.level]
    assert_equal [3, 4], [3, 4].each { |number| @stub.method(:level=).call(number) }
    assert_equal 4, @stub.public_send(:level)
    @stub.async.level = 5
    assert_equal 5, @stub.level
  end

  def test_an_object_may_have_a_member_that_is_named_like_a_guess
    assert_equal 1, @stub.call(:with)
    assert_equal 2, @stub.echo(@stub).options # nobody knows yet that the object has none
  end
end
