# frozen_string_literal: true

require_relative "../support/test_case"
require_relative "../support/test_kernel"

# Every option that is a time takes seconds or an Amino::Duration; anything else is refused in words.
class LengthsTest < TestCase
  LENGTHS = [1.5, Rational(3, 2), Amino::Duration.seconds(1.5)].freeze
  STRANGERS = ["5s", true, [5], Complex(1, 1)].freeze
  OUTSIDE = [-1, Float::NAN, Float::INFINITY, Amino::Duration.new(-1)].freeze

  OPTIONS = {
    ttl: [
      ->(client, length) { client.create("counter", ttl: length) },
      ->(client, length) { client.create_many("counter", [[1]], ttl: length) }
    ],
    idle: [
      ->(client, length) { client.register(__FILE__, "x", idle: length) },
      ->(client, length) { client.register_kind(__FILE__, "x", idle: length) }
    ],
    deadline: [->(client, length) { client.get("counter").with_options(deadline: length) }]
  }.freeze

  def setup
    @kernel = TestKernel.new
    @client = Amino.connect(@kernel.address, deadline: Amino::Duration.seconds(5), timeout: Amino::Duration.seconds(5))
  end

  def teardown
    @client.close
    @kernel.close
  end

  def test_lengths_are_seconds_or_durations
    LENGTHS.each { |length| assert_equal 1500, Amino::Lengths.milliseconds(length, :ttl) }
    assert_equal 0, Amino::Lengths.milliseconds(0, :idle)
    assert_raises(Amino::ArgumentInvalid) { Amino::Lengths.seconds(0, :deadline, zero: false) }
  end

  def test_other_things_are_refused
    OPTIONS.each do |option, ways|
      ways.product(STRANGERS + OUTSIDE).each do |give, length|
        error = assert_raises(Amino::ArgumentInvalid, length.inspect) { give.call(@client, length) }
        assert_match(/\A#{option} must be .*, not /, error.message)
      end
    end
  end

  def test_a_duration_arrives
    @client.create("counter", ttl: Amino::Duration.seconds(1.5))
    asked = []
    asked << @kernel.service.requests.pop until @kernel.service.requests.empty?
    assert_equal 1500, asked.grep(Amino::Pb::CreateRequest).last.ttl_ms
  end
end
