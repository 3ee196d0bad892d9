# frozen_string_literal: true

require_relative "../support/test_case"

# The descriptions of objects and kinds: what they were made of, beside what they are.
class RecordsTest < TestCase
  CODEC = Amino::Values::Codec.new
  SPEC = Amino::Pb::ObjectSpec.new(
    artifact: Amino::Pb::Artifact.new(class_name: "Cart"), idle_ms: 1500,
    selector: Amino::Control::Selector.build(
      [{ region: %w[eu us], gpu: true }, { disk: { not: "hdd" }, spot: false, tier: "gold" }]
    ),
    constructor_args: CODEC.encode_array([7, "x"]), constructor_kwargs: CODEC.encode_map({ start: 1 })
  )
  MADE_OF = [1.5, "region in (eu, us) and gpu or disk!=hdd and !spot and tier=gold", [7, "x"], { "start" => 1 }].freeze

  def made_of(found) = [found.idle, found.select, found.args, found.kwargs]

  def test_an_object_is_described_with_what_it_was_made_of
    found = Amino::Control::Records.object(Amino::Pb::ObjectRecord.new(id: "o1", spec: SPEC), :ORIGIN_COPY)
    assert_equal [*MADE_OF, :copy], [*made_of(found), found.restarted_from]
    empty = Amino::Control::Records.object(Amino::Pb::ObjectRecord.new)
    assert_equal [0.0, "", [], {}, nil], [*made_of(empty), empty.restarted_from]
  end

  def test_a_kind_is_described_with_what_its_objects_are_made_of
    found = Amino::Control::Records.kind(Amino::Pb::KindRecord.new(name: "cart", spec: SPEC, maker: "client c1"))
    assert_equal [*MADE_OF, "Cart", "client c1"], [*made_of(found), found.class_name, found.maker]
  end
end
