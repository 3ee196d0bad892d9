# frozen_string_literal: true

module Amino
  module Values
    # The msgpack extension types of docs/wire.md, section 1, and its limits.
    module Extensions
      TIMESTAMP = -1
      BIG_INTEGER = 1
      SET = 2
      DURATION = 3
      REFERENCE = 4
      ERROR = 5
      GRAPH = 6
      BACK_REFERENCE = 7
      RAISED = 8
    end

    # Levels of nesting that a value may have.
    DEPTH_LIMIT = 200
    # The largest frame in bytes, and so the largest value.
    SIZE_LIMIT = 16 << 20
  end
end
