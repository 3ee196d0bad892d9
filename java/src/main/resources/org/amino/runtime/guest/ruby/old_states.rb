# frozen_string_literal: true

module Amino
  # Reads states of the formats that were written before `graph`; checkpoints may still hold them.
  module OldStates
    LOSSY = 'amino.lossy'

    class << self
      def restore(format, data, blank)
        case format
        when 'values' then fill(blank.call, data['fields'])
        when 'marshal'
          loaded = Marshal.load(data)
          loaded.is_a?(Array) && loaded[0] == LOSSY ? fill(blank.call, loaded[1]) : loaded
        else raise Amino.invalid("a state of format #{format} cannot be restored in Ruby")
        end
      end

      private

      def fill(instance, fields)
        fields.each { |name, value| instance.instance_variable_set(name, value) }
        instance
      end
    end
  end
end

->(_host, _amino) {}
