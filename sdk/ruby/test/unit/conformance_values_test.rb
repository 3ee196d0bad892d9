# frozen_string_literal: true

require "json"
require_relative "../support/test_case"
require_relative "../support/neutral"

# The vectors of tests/conformance/values.json, one test each.
class ConformanceValuesTest < TestCase
  VECTORS = JSON.parse(File.read(File.join(ROOT, "tests/conformance/values.json")))
  CODEC = Amino::Values::Codec.new

  def self.vectors(group, name = "name")
    VECTORS.fetch(group).each_with_index do |vector, index|
      define_method("test_#{group}_#{index}_#{vector.fetch(name)}") { instance_exec(vector, &yield) }
    end
  end

  def bytes(hex) = [hex].pack("H*")

  # Labels are anyone's choice, so both sides are described anew.
  def assert_same_value(description, value)
    assert_equal Neutral.describe(Neutral.build(description)), Neutral.describe(value)
  end

  vectors("valid") do
    lambda do |vector|
      return assert_raises(Amino::ValueInvalid) { CODEC.decode(bytes(vector["hex"])) } if vector.fetch("refused_by", []).include?("ruby")

      [vector["hex"], *vector["also_read"]].each { |hex| assert_same_value(vector["value"], CODEC.decode(bytes(hex))) }
      encoded = CODEC.encode(Neutral.build(vector["value"]))
      # A BigDecimal keeps no zeros at its end: 1.50 leaves as 1.5.
      assert_equal vector["hex"], encoded.unpack1("H*") if vector["exact"] && !vector["name"].start_with?("decimal")
      assert_same_value(vector["value"], CODEC.decode(encoded))
    end
  end

  vectors("classes", "what") do
    ->(row) { assert_equal row["ruby"], CODEC.decode(bytes(row["hex"])).class.name }
  end

  vectors("invalid") do
    ->(vector) { assert_includes vector["codes"], assert_raises(Amino::Error) { CODEC.decode(bytes(vector["hex"])) }.code }
  end

  vectors("unencodable") do
    lambda do |vector|
      error = assert_raises(Amino::ValueInvalid) { CODEC.encode(Neutral.build(vector["value"])) }
      assert_includes error.message, vector["path"]
    end
  end
end
