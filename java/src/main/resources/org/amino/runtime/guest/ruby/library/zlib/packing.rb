# frozen_string_literal: true

# Compression by the Java runtime's zlib.
module Zlib
  VERSION = '3.1.1'
  ZLIB_VERSION = '1.3.1'
  NO_COMPRESSION = 0
  BEST_SPEED = 1
  BEST_COMPRESSION = 9
  DEFAULT_COMPRESSION = -1
  DEFAULT_STRATEGY = 0
  FILTERED = 1
  HUFFMAN_ONLY = 2
  RLE = 3
  FIXED = 4
  NO_FLUSH = 0
  SYNC_FLUSH = 2
  FULL_FLUSH = 3
  FINISH = 4
  MAX_WBITS = 15
  DEF_MEM_LEVEL = 8
  MAX_MEM_LEVEL = 9
  BINARY = 0
  ASCII = 1
  TEXT = 1
  UNKNOWN = 2

  class Error < StandardError; end
  class StreamEnd < Error; end
  class NeedDict < Error; end
  class DataError < Error; end
  class StreamError < Error; end
  class MemError < Error; end
  class BufError < Error; end
  class VersionError < Error; end

  # Bytes as the Java half takes and gives them.
  module Bytes
    WORDS = {1 => [BufError, 'buffer error'], 3 => [NeedDict, 'need dictionary']}.freeze

    module_function

    def pack(text, level, bare, strategy = 0)
      level = -1 if level.nil?
      raise StreamError, 'stream error' unless level.between?(-1, 9)

      Amino::Library.zlib('pack', text, level, bare, (strategy || 0).clamp(0, 2))
    end

    # The bytes, and how many were taken.
    def unpack(text, bare)
      outcome, bytes, taken = Amino::Library.zlib('unpack', text, bare)
      raise DataError, bytes if outcome == 2

      kind, words = WORDS[outcome]
      raise kind, words if kind

      [bytes, taken]
    end

    def text(value)
      return value if value.is_a?(String)
      raise TypeError, "no implicit conversion of #{value.class} into String" unless value.respond_to?(:to_str)

      value.to_str
    end
  end
  private_constant :Bytes

  class << self
    def crc32(text = nil, start = nil) = sum('crc32', text, start || 0)
    def adler32(text = nil, start = nil) = sum('adler32', text, start || 1)

    def crc_table
      Array.new(256) { |number| 8.times.reduce(number) { |all, _| all.odd? ? (all >> 1) ^ 0xedb88320 : all >> 1 } }
    end

    def deflate(text, level = DEFAULT_COMPRESSION) = Deflate.deflate(text, level)
    def inflate(text) = Inflate.inflate(text)
    def zlib_version = ZLIB_VERSION

    private

    def sum(kind, text, start)
      return start if text.nil?

      text = Bytes.text(text)
      return Amino::Library.zlib(kind, text) if start == (kind == 'crc32' ? 0 : 1)

      kind == 'crc32' ? continued_crc(text, start) : continued_adler(text, start)
    end

    def continued_crc(text, start)
      table = crc_table
      text.each_byte.reduce(start ^ 0xffffffff) { |all, byte| (all >> 8) ^ table[(all ^ byte) & 255] } ^ 0xffffffff
    end

    def continued_adler(text, start)
      low, high = start & 0xffff, start >> 16
      text.each_byte do |byte|
        low = (low + byte) % 65_521
        high = (high + low) % 65_521
      end
      (high << 16) | low
    end
  end

  # What packing and unpacking have in common. The bytes are kept until they are asked for.
  class ZStream
    def initialize
      @text = String.new(encoding: Encoding::BINARY)
      @out = String.new(encoding: Encoding::BINARY)
      @total_in = @total_out = 0
      @finished = @closed = false
    end

    attr_reader :total_in, :total_out

    def finished? = @finished
    alias stream_end? finished?
    def closed? = @closed
    alias ended? closed?
    def avail_in = 0
    def data_type = BINARY
    def adler = Zlib.adler32(@whole || '')

    def close
      raise Error, 'stream is not ready' if @closed

      @closed = true
      nil
    end
    alias end close

    def reset
      ZStream.instance_method(:initialize).bind_call(self)
      nil
    end

    def finish
      work if !@finished && !@text.empty?
      @out.tap { @out = String.new(encoding: Encoding::BINARY) }
    end

    def flush_next_out = @out.tap { @out = String.new(encoding: Encoding::BINARY) }
  end

  class Deflate < ZStream
    def self.deflate(text, level = DEFAULT_COMPRESSION)
      Bytes.pack(Bytes.text(text), level, false)
    end

    def initialize(level = DEFAULT_COMPRESSION, bits = MAX_WBITS, _memory = DEF_MEM_LEVEL, strategy = DEFAULT_STRATEGY)
      super()
      @level = level
      @bits = bits || MAX_WBITS
      @strategy = strategy
    end

    def <<(text)
      @text << Bytes.text(text).b
      self
    end

    def deflate(text, flush = NO_FLUSH)
      self << text if text
      flush == FINISH ? finish : flush_next_out
    end

    def flush(_flush = SYNC_FLUSH) = flush_next_out
    def params(level, strategy) = (@level, @strategy = level, strategy) && nil

    def finish
      work unless @finished
      flush_next_out
    end

    private

    def work
      gzip = @bits > MAX_WBITS
      packed = Bytes.pack(@text, @level, @bits.negative? || gzip, @strategy)
      packed = GzipFile::HEAD + packed + [Zlib.crc32(@text), @text.bytesize & 0xffffffff].pack('VV') if gzip
      @out << packed
      @whole = @text
      @total_in = @text.bytesize
      @total_out = packed.bytesize
      @text = String.new(encoding: Encoding::BINARY)
      @finished = true
    end
  end

  class Inflate < ZStream
    def self.inflate(text)
      Bytes.unpack(Bytes.text(text), false)[0]
    end

    def initialize(bits = MAX_WBITS)
      super()
      @bits = bits || MAX_WBITS
    end

    def <<(text)
      @text << Bytes.text(text).b
      self
    end

    # The bytes that a text holds; none until the text is whole.
    def inflate(text, buffer: nil)
      self << text if text
      begin
        work unless @finished || @text.empty?
      rescue BufError
        raise if text.nil?
      end
      found = flush_next_out
      return found unless block_given?

      yield found
      nil
    end

    def sync(_text) = false
    def sync_point? = false

    private

    def work
      bytes, taken = gzip? ? GzipFile.unpack(@text) : Bytes.unpack(@text, @bits.negative?)
      @out << bytes
      @whole = bytes
      @total_in = taken
      @total_out = bytes.bytesize
      @text = @text.byteslice(taken..)
      @finished = true
    end

    def gzip?
      @bits > MAX_WBITS && (@bits < 32 || @text.start_with?("\x1F\x8B".b))
    end
  end
end
