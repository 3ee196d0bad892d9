# frozen_string_literal: true

require 'psych/syntax_error'

# The native half of psych. Texts are taken apart and put together by a Java library (`YamlReader`, `YamlWriter`); what
# they mean is psych's own.
module Psych
  # The kinds of events, by the numbers that Java gives them.
  module Events
    KINDS = %i[stream_start stream_end document_start document_end alias scalar sequence_start sequence_end
               mapping_start mapping_end].freeze
    KINDS.each_with_index { |kind, number| const_set(kind.upcase, number) }

    WRITTEN = {"\0" => "\u00010", "\u0001" => "\u00011"}.freeze

    # Texts end with a zero; a zero in a text is written as 1 0, a one as 1 1.
    def self.written(text)
      text.match?(/[\u0000\u0001]/) ? text.gsub(/[\u0000\u0001]/, WRITTEN) : text
    end

    def self.read(texts)
      parts = texts.split("\0", -1)
      parts.pop
      return parts unless texts.include?("\u0001")

      parts.map { |part| part.gsub(/\u0001[01]/, WRITTEN.invert) }
    end
  end
  private_constant :Events

  def self.libyaml_version
    [0, 2, 5]
  end

  class Handler
  end

  # Hands the events of a text to its handler.
  class Parser
    ANY = 0
    UTF8 = 1
    UTF16LE = 2
    UTF16BE = 3

    def mark
      Mark.new(*(@mark || [0, 0, 0]))
    end

    private

    def _native_parse(handler, yaml, path)
      text = yaml.respond_to?(:read) ? yaml.read : yaml
      wrong, numbers, texts = Amino::Library.yaml_events(utf8(text.to_str, path))
      @numbers = numbers.split.map!(&:to_i)
      @texts = Events.read(texts)
      @number = @text = 0
      event(handler) while @number < @numbers.size
      fail_with(wrong, path) unless wrong.empty?
      self
    end

    def utf8(text, path)
      found = text.encoding == Encoding::BINARY ? text.dup.force_encoding('UTF-8') : text.encode('UTF-8')
      raise Psych::SyntaxError.new(path, 0, 0, 0, 'invalid text', 'it is no UTF-8') unless found.valid_encoding?

      found.delete_prefix("\uFEFF")
    end

    def fail_with(wrong, path)
      place, problem, context = wrong.split("\n", 3)
      line, column, offset = place.split.map(&:to_i)
      raise Psych::SyntaxError.new(path, line, column, offset, problem, context.to_s.empty? ? nil : context)
    end

    def number
      found = @numbers[@number]
      @number += 1
      found
    end

    def truth = number == 1

    def text
      found = @texts[@text]
      @text += 1
      found
    end

    def optional = truth ? text : nil

    def event(handler)
      kind = number
      place = [number, number, number, number]
      @mark = [0, place[2], place[3]]
      handler.event_location(*place)
      case kind
      when Events::STREAM_START then handler.start_stream(UTF8)
      when Events::STREAM_END then handler.end_stream
      when Events::DOCUMENT_START then document(handler)
      when Events::DOCUMENT_END then handler.end_document(truth)
      when Events::ALIAS then handler.alias(text)
      when Events::SCALAR then scalar(handler)
      when Events::SEQUENCE_START then handler.start_sequence(optional, optional, truth, number)
      when Events::SEQUENCE_END then handler.end_sequence
      when Events::MAPPING_START then handler.start_mapping(optional, optional, truth, number)
      when Events::MAPPING_END then handler.end_mapping
      end
    end

    def document(handler)
      implicit = truth
      version = [number, number]
      tags = Array.new(number) { [text, text] }
      handler.start_document(version[0].zero? ? [] : version, tags, implicit)
    end

    def scalar(handler)
      anchor = optional
      tag = optional
      handler.scalar(text, anchor, tag, truth, truth, number)
    end
  end

  # Writes events as a text, when the stream ends.
  class Emitter < Handler
    attr_accessor :canonical, :indentation, :line_width

    def initialize(io, options = nil)
      super()
      @io = io
      @canonical = options ? options.canonical : false
      @indentation = options ? options.indentation : 2
      @line_width = options ? options.line_width : 0
      @numbers = []
      @texts = +''
    end

    def start_stream(encoding)
      raise TypeError, "wrong argument type #{encoding.class} (expected Integer)" unless encoding.is_a?(Integer)

      put(Events::STREAM_START)
    end

    def end_stream
      put(Events::STREAM_END)
      @io.write(Amino::Library.yaml_text(@numbers.join(' '), @texts, spaces, width, @canonical ? true : false))
      @numbers = []
      @texts = +''
      self
    end

    def start_document(version, tags, implicit)
      raise RuntimeError, 'tag tuple must be of length 2' unless tags.all? { |pair| pair.size == 2 }

      major, minor = version
      put(Events::DOCUMENT_START, implicit ? 1 : 0, major || 0, minor || 0, tags.size)
      tags.flatten.each { |part| text(part) }
      self
    end

    def end_document(implicit)
      put(Events::DOCUMENT_END, implicit ? 1 : 0)
    end

    def alias(anchor)
      put(Events::ALIAS)
      text(anchor)
    end

    def scalar(value, anchor, tag, plain, quoted, style)
      raise TypeError, "wrong argument type #{value.class} (expected String)" unless value.is_a?(String)

      put(Events::SCALAR)
      optional(anchor)
      optional(tag)
      text(value)
      put(plain ? 1 : 0, quoted ? 1 : 0, style)
    end

    def start_sequence(anchor, tag, implicit, style) = collection(Events::SEQUENCE_START, anchor, tag, implicit, style)
    def end_sequence = put(Events::SEQUENCE_END)
    def start_mapping(anchor, tag, implicit, style) = collection(Events::MAPPING_START, anchor, tag, implicit, style)
    def end_mapping = put(Events::MAPPING_END)

    private

    def collection(kind, anchor, tag, implicit, style)
      put(kind)
      optional(anchor)
      optional(tag)
      put(implicit ? 1 : 0, style)
    end

    def put(*numbers)
      @numbers.concat(numbers)
      self
    end

    def text(value)
      @texts << Events.written(value.encode('UTF-8')) << "\0"
      self
    end

    def optional(value)
      put(value ? 1 : 0)
      text(value) if value
    end

    def spaces
      @indentation.between?(2, 9) ? @indentation : 2
    end

    def width
      return 1 << 30 if @line_width.negative?

      @line_width <= spaces * 2 ? 80 : @line_width
    end
  end

  class ClassLoader
    private

    def path2class(path)
      path.split('::').reduce(::Object) { |scope, name| scope.const_get(name, scope.equal?(::Object)) }.tap do |found|
        raise ArgumentError, "#{path} does not refer to class/module" unless found.is_a?(::Module)
      end
    end
  end

  # What makes objects of a text and a text of objects.
  module Visitors
    class Visitor
    end

    class ToRuby < Visitor
      private

      def build_exception(kind, message)
        kind.allocate.tap { |error| ::Exception.instance_method(:initialize).bind_call(error, message) }
      end
    end

    class YAMLTree < Visitor
      private

      def private_iv_get(target, name)
        name == 'mesg' ? target.message : target.instance_variable_get("@#{name}")
      end
    end
  end
end
