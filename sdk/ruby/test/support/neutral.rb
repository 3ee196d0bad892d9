# frozen_string_literal: true

require "amino"

# The language-neutral descriptions of values in tests/conformance/values.json, made into Ruby values and back.
module Neutral
  # Makes one Ruby value; remembers labels, since a container may be meant again further on.
  class Builder
    def initialize
      @labels = {}
    end

    def build(description)
      label = description["label"]
      kind, content = description.first
      container = { "list" => [], "map" => {}, "set" => Set.new }[kind]
      return scalar(kind, content) unless container

      @labels[label] = container if label
      fill(container, content)
    end

    private

    def fill(container, content)
      case container
      when Hash then content.each { |key, value| container[build(key)] = build(value) }
      when Array then content.each { |value| container << build(value) }
      # An element must be complete before a set takes its hash.
      when Set then container.merge(content.map { |value| build(value) })
      end
      container
    end

    def scalar(kind, content)
      case kind
      when "null" then nil
      when "bool", "string" then content
      when "int" then Integer(content)
      when "double" then [content].pack("H*").unpack1("G")
      when "bytes" then [content].pack("H*")
      when "timestamp" then Time.at(Integer(content) / 1_000_000_000, Integer(content) % 1_000_000_000, :nanosecond, in: "UTC")
      when "duration" then Amino::Duration.new(Integer(content))
      when "reference" then Amino::Reference.new(content[0], content[1], Integer(content[2]), content[3])
      when "error" then error(*content)
      when "named" then Amino::Values::Standard.of_named(content[0], Neutral.build(content[1]))
      when "fill" then content[0] * content[1]
      when "nest" then nest(*content)
      when "same" then @labels.fetch(content)
      when "function" then -> {}
      when "surrogate" then "\xed\xa0\x80".dup.force_encoding(Encoding::UTF_8)
      else raise "unknown description #{kind}"
      end
    end

    def error(code, type, message, stack, details, cause, outcome, errors = [])
      Amino::Error.for_code(code).new(
        message, type: type, stack: stack, details: details && build(details), cause: cause && build(cause),
                 outcome: Amino::Protocol::OUTCOMES.fetch(outcome), errors: errors.map { |member| build(member) }
      )
    end

    def nest(kind, levels)
      (1...levels).inject({ "list" => [], "map" => {}, "set" => Set.new }.fetch(kind)) do |inner, _|
        { "list" => [inner], "map" => { "k" => inner }, "set" => Set[inner] }.fetch(kind)
      end
    end
  end

  # Describes one Ruby value; a container met again gets a label where it was first.
  class Describer
    def initialize
      @labels = 0
      @met = {}.compare_by_identity
    end

    def describe(value)
      case value
      when nil then { "null" => nil }
      when true, false then { "bool" => value }
      when Integer then { "int" => value.to_s }
      when Float then { "double" => [value].pack("G").unpack1("H*") }
      when String then value.encoding == Encoding::BINARY ? { "bytes" => value.unpack1("H*") } : { "string" => value }
      when Time then { "timestamp" => (value.to_i * 1_000_000_000 + value.nsec).to_s }
      when Amino::Duration then { "duration" => value.nanoseconds.to_s }
      when Amino::Error then { "error" => error(value) }
      when Array, Hash, Set then container(value)
      else named(value) || { "reference" => reference(value.to_amino_reference) }
      end
    end

    private

    def container(value)
      description = @met[value]
      return { "same" => (description["label"] ||= "c#{@labels += 1}") } if description

      kind = { Hash => "map", Set => "set" }.fetch(value.class, "list")
      description = @met[value] = { kind => nil }
      description[kind] = value.map { |part| value.is_a?(Hash) ? part.map { |side| describe(side) } : describe(part) }
      description
    end

    def error(error)
      details = describe(error.details) unless error.details.empty?
      cause = error.cause && describe(error.cause)
      parts = [error.code, error.type, error.message, error.stack, details, cause, Amino::Protocol::OUTCOMES.index(error.outcome)]
      error.errors.empty? ? parts : [*parts, error.errors.map { |member| describe(member) }]
    end

    def named(value)
      saved = Amino::Values::Standard.to_named(value)
      saved && { "named" => [saved.name, Neutral.describe(saved.value)] }
    end

    def reference(reference) = [reference.id, reference.class_name, reference.epoch.to_s, reference.address]
  end

  module_function

  def build(description) = Builder.new.build(description)

  def describe(value) = Describer.new.describe(value)
end
