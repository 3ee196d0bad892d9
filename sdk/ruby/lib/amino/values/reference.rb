# frozen_string_literal: true

module Amino
  # Where an object is: the value that travels instead of the object itself. A client makes a stub of every reference it receives.
  # @!attribute id [String] the object's global id
  # @!attribute class_name [String, nil]
  # @!attribute epoch [Integer] grows with every move
  # @!attribute address [String, nil] where it was last seen
  Reference = Struct.new(:id, :class_name, :epoch, :address) do
    def to_amino_reference = self
  end
end
