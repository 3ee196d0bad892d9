# frozen_string_literal: true

module Amino
  # A value of a class that this program does not know, as it travelled. It leaves as it came.
  # @!attribute name [String] of its class, such as "Point" or "amino.url"
  # @!attribute value [Object] what the class was saved as; often a Hash of its fields, or a text
  Named = Struct.new(:name, :value) do
    def initialize(name, value)
      super
      freeze
    end

    def to_s = value.is_a?(String) ? value : inspect

    def inspect = "#<Amino::Named #{name} #{value.inspect}>"
  end
end
