# frozen_string_literal: true

module Amino
  module Control
    # Requirements on labels, written as Ruby data: `{ region: "eu", disk: %w[ssd nvme], gpu: true, spot: false }` must all hold (equal,
    # in, exists, exists not), `{ region: { not: %w[us] } }` excludes, and of an array of such maps one must hold.
    module Selector
      # @param selector [Hash, Array<Hash>, nil] nil: everything matches
      # @return [Pb::Selector, nil]
      # @raise [Amino::ArgumentInvalid]
      def self.build(selector)
        return if selector.nil?

        terms = selector.is_a?(Array) ? selector : [selector]
        Pb::Selector.new(terms: terms.map { |term| Pb::Term.new(requirements: requirements(term)) })
      end

      # @param selector [Pb::Selector, nil]
      # @return [String] as people write it, such as `region in (eu, us) and !spot`; empty: every kernel will do
      def self.text(selector)
        (selector&.terms || []).map { |term| term.requirements.map { |found| requirement_text(found) }.join(" and ") }.join(" or ")
      end

      def self.requirement_text(requirement)
        key = requirement.key
        values = requirement.values.to_a
        one = values.size == 1
        case requirement.operator
        when :OPERATOR_IN then one ? "#{key}=#{values[0]}" : "#{key} in (#{values.join(", ")})"
        when :OPERATOR_NOT_IN then one ? "#{key}!=#{values[0]}" : "#{key} not in (#{values.join(", ")})"
        when :OPERATOR_EXISTS then key
        else "!#{key}"
        end
      end
      private_class_method :requirement_text

      def self.requirements(term)
        raise ArgumentInvalid, "a selector is a map or an array of maps, not #{term.inspect}" unless term.is_a?(Hash)

        term.map { |label, wanted| requirement(label.to_s, wanted) }
      end
      private_class_method :requirements

      def self.requirement(label, wanted)
        operator, values = case wanted
                           when true then [:OPERATOR_EXISTS, []]
                           when false then [:OPERATOR_NOT_EXISTS, []]
                           when Hash then [:OPERATOR_NOT_IN, Array(wanted.fetch(:not))]
                           else [:OPERATOR_IN, Array(wanted)]
                           end
        Pb::Requirement.new(key: label, operator: operator, values: values.map(&:to_s))
      rescue KeyError
        raise ArgumentInvalid, "the selector of #{label} is #{wanted.inspect}; a map may only be { not: values }"
      end
      private_class_method :requirement
    end
  end
end
