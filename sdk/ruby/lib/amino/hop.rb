# frozen_string_literal: true

module Amino
  # Where a call that failed was in the code of one object: its id and its name (nil: it has none), the member that was called, and the
  # file of the artifact with the line, as far as the language says.
  class Hop < Struct.new(:language, :id, :name, :member, :file, :line)
    # Characters of each text that are shown.
    LENGTH = 200
    KINDS = [[String], [String], [String, NilClass], [String], [String, NilClass], [Integer, NilClass]].freeze
    private_constant :LENGTH, :KINDS

    # The hop of an array that travelled; nil for what is none, such as an item of a later version.
    def self.of(parts)
      return unless parts.is_a?(Array) && parts.size >= KINDS.size

      found = parts.first(KINDS.size)
      new(*found) if found.zip(KINDS).all? { |part, kinds| kinds.any? { |kind| part.is_a?(kind) } }
    end

    # A line of a backtrace: "cart.js:7:in `cart.total' (js)".
    def to_s
      where = name ? "#{name}.#{member}" : "object #{id} #{member}"
      place = file ? "#{file}:#{line || 0}:" : ""
      "#{cut(place)}in `#{cut(where)}' (#{language})"
    end

    private

    def cut(text) = text.size > LENGTH ? "#{text[0, LENGTH]}…" : text
  end
end
