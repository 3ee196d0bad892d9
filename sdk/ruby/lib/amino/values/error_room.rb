# frozen_string_literal: true

module Amino
  module Values
    # How many errors may still travel within one error, causes and members of groups taken together (docs/wire.md, section 3).
    class ErrorRoom
      def initialize
        @left = Protocol::ERRORS_LIMIT - 1
      end

      # Takes room for as many errors as there is, at most as many as are wanted.
      def take(wanted)
        taken = [wanted, @left].min
        @left -= taken
        taken
      end
    end
  end
end
