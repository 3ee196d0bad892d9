# frozen_string_literal: true

require_relative "../support/test_case"

# The rules of Ruby's own about values; the rest is in the vectors.
class ValuesTest < TestCase
  CODEC = Amino::Values::Codec.new

  def round_trip(value) = CODEC.decode(CODEC.encode(value))

  def refused(value) = assert_raises(Amino::ValueInvalid) { CODEC.encode_array([value]) }.message

  def test_symbols_travel_as_strings
    assert_equal({ "kind" => "open" }, round_trip({ kind: :open }))
  end

  def test_a_symbol_and_a_string_that_are_one_key_are_refused
    assert_includes refused({ a: 1, "a" => 2 }), "the same on the wire"
  end

  def test_strings_of_other_encodings_become_utf8
    assert_equal "Zürich", round_trip("Zürich".encode("ISO-8859-1"))
    assert_equal "日本", round_trip("日本".encode("UTF-16LE"))
  end

  def test_binary_strings_are_bytes_even_when_they_are_ascii
    assert_equal Encoding::BINARY, round_trip("abc".b).encoding
    assert_equal Encoding::UTF_8, round_trip("abc").encoding
    assert_equal Encoding::UTF_8, round_trip(+"abc".encode("US-ASCII")).encoding
  end

  def test_the_path_names_the_offending_part
    assert_includes refused([{ handlers: { click: -> {} } }]), "args[0][0].handlers.click"
    assert_includes refused({ "two words" => [1, Object] }), 'args[0]["two words"][1]'
    assert_includes refused(Set[[-> {}]]), "args[0][0][0]"
    assert_match(/kwargs\.on\[1\]/, assert_raises(Amino::ValueInvalid) { CODEC.encode_map({ on: [1, -> {}] }) }.message)
  end

  def test_what_has_no_place_on_the_wire_is_refused
    [1i, 1..2, Object.new, $stdout, Struct.new(:a).new(1)].each { |value| assert_includes refused(value), "cannot travel" }
    assert_includes refused({ [1] => 2 }), "map key"
    assert_includes refused("\xff"), "not valid UTF-8"
  end

  def test_a_set_cannot_contain_itself
    set = Set[]
    set << set
    assert_includes refused([set, set]), "cannot contain itself"
  end

  def test_containers_keep_their_identity
    shared = { "x" => [] }
    shared["x"] << shared
    first, second = round_trip([shared, shared])
    assert_same first, second
    assert_same first, first["x"][0]
  end

  def test_a_shared_container_in_a_set_is_found_again
    shared = [1]
    set = round_trip([shared, Set[shared]])
    assert_includes set[1], [1]
    assert_same set[0], set[1].first
  end

  def test_containers_that_are_only_equal_stay_apart
    first, second = round_trip([[1], [1]])
    refute_same first, second
  end

  def test_arguments_are_encoded_at_once
    argument = [1]
    bytes = CODEC.encode_array([argument])
    argument << 2
    assert_equal [[1]], CODEC.decode(bytes)
  end

  def test_an_exception_as_a_value_arrives_as_the_guests
    error = round_trip([ArgumentError.new("no")]).first
    assert_instance_of Amino::GuestException, error
    assert_equal %w[ArgumentError no], [error.guest_class, error.guest_message]
  end

  def test_a_code_that_is_not_known_stays_readable
    payload = ["FROM_THE_FUTURE", "T", "later", "", nil, nil]
    error = CODEC.error(payload)
    assert_instance_of Amino::InternalError, error
    assert_includes error.message, "FROM_THE_FUTURE"
  end

  def test_times_keep_their_nanoseconds
    time = Time.at(1_700_000_000, 123_456_789, :nanosecond)
    assert_equal time, round_trip(time)
    assert round_trip(time).utc?
  end

  def test_durations_compare_and_count
    duration = Amino::Duration.seconds(1.5)
    assert_equal 1_500_000_000, duration.nanoseconds
    assert_operator duration, :<, Amino::Duration.seconds(2)
    assert_equal({ duration => 1 }, round_trip({ duration => 1 }))
    assert_raises(Amino::ValueInvalid) { Amino::Duration.new(2**63) }
  end

  def test_random_values_come_back_as_they_were
    seed = Integer(ENV.fetch("AMINO_SEED", Random.new_seed))
    puts "seed of random values: #{seed}"
    random = Random.new(seed)
    500.times do
      value = random_value(random, 4)
      assert_equal [value], round_trip([value])
    end
  end

  private

  def random_value(random, levels)
    case random.rand(levels.positive? ? 9 : 6)
    when 0 then [nil, true, false].sample(random: random)
    when 1 then random.rand(2..2**random.rand(2..100)) * [1, -1].sample(random: random)
    when 2 then random.rand * 10**random.rand(-300..300)
    when 3 then Array.new(random.rand(40)) { ["a", "é", "語", "😀"].sample(random: random) }.join
    when 4 then random.bytes(random.rand(300)).b
    when 5 then Time.at(random.rand(-2**40..2**40), random.rand(1_000_000_000), :nanosecond, in: "UTC")
    when 6 then Array.new(random.rand(20)) { random_value(random, levels - 1) }
    when 7 then random_map(random, levels - 1)
    else Set.new(Array.new(random.rand(20)) { |index| index })
    end
  end

  def random_map(random, levels)
    keys = Array.new(random.rand(20)) { |index| ["k#{index}", index, index + 0.5].sample(random: random) }
    keys.to_h { |key| [key, random_value(random, levels)] }
  end
end
