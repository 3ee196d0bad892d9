# frozen_string_literal: true

require_relative "../support/test_case"
require "bigdecimal"
require "date"
require "uri"

# Classes of a program as values, and what has a standard name.
class ValueHooksTest < TestCase
  PLAIN = Amino::Values::Codec.new
  Point = Struct.new(:x, :y)
  Size = Struct.new(:width, keyword_init: true)

  # A class with variables of its own.
  class Money
    attr_reader :text

    def initialize(text)
      @text = text
    end

    def self.load(text) = new(text)
  end

  def codec(hooks) = Amino::Values::Codec.new(nil, hooks)

  def point_name = "ValueHooksTest::Point"

  def test_a_struct_travels_with_its_members_and_comes_back_where_it_is_registered
    sent = PLAIN.encode({ "p" => Point.new(1, [2]) })
    assert_equal Amino::Named.new(point_name, { "x" => 1, "y" => [2] }), PLAIN.decode(sent)["p"]
    hooks = Amino::ValueHooks.new.register(Point).register(Size)
    assert_equal Point.new(1, [2]), codec(hooks).decode(sent)["p"]
    assert_equal Size.new(width: 2), codec(hooks).decode(codec(hooks).encode(Size.new(width: 2)))
    error = assert_raises(Amino::ValueInvalid) { codec(hooks).decode(PLAIN.encode(Amino::Named.new(point_name, { "z" => 1 }))) }
    assert_includes error.message, "no member z"
  end

  def test_other_classes_travel_by_their_hooks
    fields = codec(Amino::ValueHooks.new.register(Money, "Money"))
    assert_equal Amino::Named.new("Money", { "text" => "1.50" }), PLAIN.decode(fields.encode(Money.new("1.50")))
    assert_equal "1.50", fields.decode(fields.encode(Money.new("1.50"))).text
    texts = codec(Amino::ValueHooks.new.register(Money, "Money", save: :text.to_proc, load: Money.method(:load)))
    assert_equal Amino::Named.new("Money", "1.50"), PLAIN.decode(texts.encode(Money.new("1.50")))
    assert_equal ["1.50"], texts.decode(texts.encode({ Money.new("1.50") => 1 })).keys.map(&:text)
  end

  def test_plain_forms_are_there_for_those_who_ask_for_them
    hooks = Amino::ValueHooks.new.register(Money, save: :text.to_proc, plain: true)
    assert_equal "1.50", PLAIN.decode(codec(hooks).encode(Money.new("1.50")))
    bare = codec(Amino::ValueHooks.new(plain: true))
    assert_equal({ "x" => 1, "y" => 2 }, PLAIN.decode(bare.encode(Point.new(1, 2))))
    assert_equal({ "x" => 1, "y" => 2 }, bare.decode(PLAIN.encode(Point.new(1, 2))))
  end

  def test_the_library_of_ruby_has_standard_names
    date = Date.new(2026, 11, 28)
    values = [1r / 3, BigDecimal("1.5"), date, URI("https://example.org/"), { date => 1 }]
    assert_equal values, PLAIN.decode(PLAIN.encode(values))
    texts = { "1.50" => "1.5", "1000" => "1000", "-0.001" => "-0.001", "1E+400" => "1E+400", "1.25E-400" => "1.25E-400" }
    texts.each { |given, shown| assert_equal shown, Amino::Values::Standard.decimal_text(BigDecimal(given)) }
  end

  def test_hooks_that_fail_and_names_that_are_taken_are_said
    hooks = Amino::ValueHooks.new.register(Money, "M", save: ->(_) { raise "no" }, load: ->(_) { raise "nor back" })
    failed = assert_raises(Amino::ValueInvalid) { codec(hooks).encode([Money.new("")]) }.message
    assert_includes failed, "value[0]: the hook `save` of ValueHooksTest::Money"
    failed = assert_raises(Amino::ValueInvalid) { codec(hooks).decode(PLAIN.encode(Amino::Named.new("M", 1))) }.message
    assert_includes failed, "the hook `load` of M"
    assert_includes assert_raises(Amino::ArgumentInvalid) { hooks.register(Point, "M") }.message, "two classes"
    assert_includes assert_raises(Amino::ArgumentInvalid) { hooks.register(Point, "amino.p") }.message, "a standard one"
    refused = assert_raises(Amino::ValueInvalid) { PLAIN.encode(Money.new("")) }.message
    assert_includes refused, "Amino::ValueHooks.new.register(ValueHooksTest::Money)"
  end

  def test_an_object_that_holds_itself_is_refused
    point = Point.new(1, nil)
    point.y = point
    assert_includes assert_raises(Amino::ValueInvalid) { PLAIN.encode(point) }.message, "deeper"
  end
end
