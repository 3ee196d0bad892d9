# frozen_string_literal: true

class CSV
  # Ruby's own parser hands out row after row with the help of a fiber, which an object may not start. Here the rows are
  # read when the first is asked for; an error in the text is raised in the place of its row.
  class RowsAhead
    # Where the row stands that was handed out last.
    attr_reader :lineno, :line

    def initialize(parser)
      @rows = []
      @at = 0
      @lineno = parser.lineno
      @line = parser.line
      parser.parse { |row| @rows << [row, parser.lineno, parser.line] }
    rescue StandardError => e
      @error = e
    end

    def peek
      row = @rows[@at]
      return row[0] if row
      raise @error.tap { @error = nil } if @error

      raise StopIteration, 'iteration reached an end'
    end

    def next
      found = peek
      _, @lineno, @line = @rows[@at]
      @rows[@at] = nil
      @at += 1
      found
    end
  end
  private_constant :RowsAhead

  def lineno
    @writer ? @writer.lineno : parser_enumerator.lineno
  end

  def line
    parser_enumerator.line
  end

  private

  def parser_enumerator
    @parser_enumerator ||= RowsAhead.new(parser)
  end
end
