# frozen_string_literal: true

require "json"
require_relative "../support/test_case"

# The error tree and spec/protocol.json.
class ErrorsTest < TestCase
  ENTRIES = JSON.parse(File.read(File.expand_path("../../../../spec/protocol.json", __dir__))).fetch("codes")

  def test_every_code_has_its_class_in_its_group_with_its_outcome_and_every_class_its_code
    assert_equal ENTRIES.map { |entry| entry["code"] }.sort, Amino::ERRORS_BY_CODE.keys.sort
    ENTRIES.each do |entry|
      error = Amino::Error.for_code(entry["code"]).new("m")
      assert_equal [entry["code"], entry["outcome"].downcase.to_sym], [error.code, error.outcome]
      groups = error.class.ancestors.take_while { |kind| kind != Amino::Error }.drop(1).map { |kind| kind.name.delete_prefix("Amino::") }
      assert_kind_of StandardError, error
      assert_equal [entry["group"]].compact, groups
    end
  end

  PAGE = File.read(File.expand_path("../../../../docs/errors.md", __dir__))

  def test_an_error_is_of_the_kind_of_ruby_that_the_page_lists
    rows = PAGE.scan(/^\| `(\w+)` \| .*? \| (?:`([\w:]+)`|—) \|/).to_h
    classes = Amino::ERRORS_BY_CODE.values - [Amino::InternalError]
    assert_equal rows, classes.to_h { |kind| [kind.name.delete_prefix("Amino::"), own(kind)] }
    classes.each do |kind|
      raised = assert_raises(kind.superclass) { raise kind.new("no counter", details: { "object" => "o1" }) }
      assert_equal ["no counter", { "object" => "o1" }], [raised.message, raised.details]
    end
  end

  def own(kind) = kind.superclass == StandardError ? nil : kind.superclass.name

  def test_whoever_knows_more_than_the_code_says_so_and_it_travels
    codec = Amino::Values::Codec.new
    cause = Amino::Moved.new("m", outcome: :ran)
    back = codec.decode(codec.encode(Amino::KernelUnavailable.new("not sent", outcome: :not_run, cause: cause)))
    assert_equal %i[not_run ran], [back.outcome, back.cause.outcome]
  end

  def test_a_code_of_a_later_version_says_nothing_of_its_call
    assert_equal :unknown, Amino::Values::Codec.new.error(["FROM_LATER", "T", "m", "", nil, nil]).outcome
  end

  def test_the_members_of_a_group_travel_as_many_as_the_limits_say
    codec = Amino::Values::Codec.new
    first = Amino::GuestException.new("first", type: "RangeError", cause: Amino::NameNotFound.new("no carts"))
    within = Amino::GuestException.new("within", errors: [ArgumentError.new("second")])
    back = codec.decode(codec.encode(Amino::GuestException.new("several", errors: [first, within])))
    assert_equal %w[first within], back.errors.map(&:message)
    assert_instance_of Amino::NameNotFound, back.errors.first.cause
    assert_equal [%w[ArgumentError second]], back.errors.last.errors.map { |error| [error.type, error.message] }
    deep = Amino::GuestException.new("innermost")
    50.times { |level| deep = Amino::GuestException.new(level.to_s, errors: [deep]) }
    assert_equal Amino::Protocol::ERRORS_LIMIT, count(codec.decode(codec.encode(Amino::GuestException.new("wide", errors: [deep] * 500))))
    assert_equal Amino::Protocol::CAUSE_LIMIT, count(codec.decode(codec.encode(deep)))
  end

  def count(error) = 1 + error.errors.sum { |member| count(member) }
end
