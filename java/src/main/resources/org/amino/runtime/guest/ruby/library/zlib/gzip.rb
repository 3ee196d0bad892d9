# frozen_string_literal: true

require 'stringio'

module Zlib
  # A text in the form of gzip.
  class GzipFile
    HEAD = [0x1f, 0x8b, 8, 0, 0, 0, 3].pack('CCCCVCC').freeze

    # A text that should be gzip is none, or is damaged.
    class Error < Zlib::Error
      attr_reader :input

      def inspect = "#<#{self.class}: #{message}>"
    end

    class NoFooter < Error; end
    class CRCError < Error; end
    class LengthError < Error; end

    Header = Struct.new(:mtime, :level, :os_code, :orig_name, :comment, :size)
    private_constant :Header

    class << self
      def wrap(*args, **options)
        made = new(*args, **options)
        return made unless block_given?

        begin
          yield made
        ensure
          made.close unless made.closed?
        end
      end

      def header(text)
        magic, method, flags, seconds, extra, system = text.unpack('nCCVCC')
        raise Error, 'not in gzip format' unless text.bytesize >= 10 && magic == 0x1f8b && method == 8

        at = 10
        at += 2 + text.byteslice(at, 2).unpack1('v') if flags & 4 != 0
        names = [8, 16].map do |flag|
          next if (flags & flag).zero?

          stop = text.index("\0", at) or raise Error, 'not in gzip format'
          text.byteslice(at...stop).tap { at = stop + 1 }
        end
        at += 2 if flags & 2 != 0
        level = {2 => BEST_COMPRESSION, 4 => BEST_SPEED}.fetch(extra, DEFAULT_COMPRESSION)
        Header.new(seconds, level, system, *names, at)
      end

      # The bytes, and how many of the text were taken.
      def unpack(text)
        text = text.b
        head = header(text)
        bytes, taken = packed(text.byteslice(head.size..))
        foot = text.byteslice(head.size + taken, 8)
        raise NoFooter, 'footer is not found' if foot.nil? || foot.bytesize < 8

        sum, size = foot.unpack('VV')
        raise CRCError, 'invalid compressed data -- crc error' unless sum == Zlib.crc32(bytes)
        raise LengthError, 'invalid compressed data -- length error' unless size == bytes.bytesize & 0xffffffff

        [bytes, head.size + taken + 8]
      end

      private

      def packed(text)
        Bytes.unpack(text, true)
      rescue BufError
        raise Error, 'unexpected end of file'
      end
    end

    attr_reader :level, :os_code, :orig_name, :comment
    attr_accessor :sync

    def mtime = Time.at(@mtime || 0)
    def crc = Zlib.crc32(@bytes)
    def closed? = @closed || false
    def to_io = @io

    def close
      io = finish
      io.close if io.respond_to?(:close)
      io
    end
  end

  # Packs what is written, when it is finished.
  class GzipWriter < GzipFile
    def self.open(*)
      raise Errno::EACCES, 'an object writes no files; give GzipWriter.new a StringIO'
    end

    def initialize(io, level = nil, strategy = nil, **)
      super()
      @io = io
      @level = level || DEFAULT_COMPRESSION
      @strategy = strategy
      @os_code = 3
      @bytes = String.new(encoding: Encoding::BINARY)
    end

    def mtime=(time)
      @mtime = time.to_i
    end

    def orig_name=(name)
      @orig_name = name.dup
    end

    def comment=(text)
      @comment = text.dup
    end

    def write(*texts)
      texts.sum do |text|
        text = text.to_s
        @bytes << text.b
        text.bytesize
      end
    end

    def <<(text)
      write(text)
      self
    end

    def print(*texts) = texts.each { |text| write(text) } && nil
    def printf(format, *values) = write(format(format, *values)) && nil
    def putc(sign) = write(sign.is_a?(Integer) ? (sign & 255).chr : sign[0]) && sign

    def puts(*lines)
      out = StringIO.new
      out.puts(*lines)
      write(out.string) && nil
    end

    def flush(_flush = nil) = self
    def pos = @bytes.bytesize
    alias tell pos

    def finish
      raise Error, 'closed gzip stream' if closed?

      flags = (@orig_name ? 8 : 0) | (@comment ? 16 : 0)
      extra = {BEST_COMPRESSION => 2, BEST_SPEED => 4}.fetch(@level, 0)
      head = [0x1f, 0x8b, 8, flags, @mtime || Time.now.to_i, extra, @os_code].pack('CCCCVCC')
      [@orig_name, @comment].compact.each { |text| head << text.b << "\0" }
      foot = [Zlib.crc32(@bytes), @bytes.bytesize & 0xffffffff].pack('VV')
      @io.write(head << Bytes.pack(@bytes, @level, true, @strategy) << foot)
      @closed = true
      @io
    end
  end

  # Reads the bytes of a text that was packed.
  class GzipReader < GzipFile
    include Enumerable

    def self.open(path, &block)
      wrap(StringIO.new(File.binread(path)), &block)
    end

    # All members of a text that has several.
    def self.zcat(io, **)
      text = io.read.b
      found = String.new(encoding: Encoding::BINARY)
      until text.empty?
        bytes, taken = GzipFile.unpack(text)
        found << bytes
        text = text.byteslice(taken..)
      end
      return found unless block_given?

      found.each_line { |line| yield line }
      nil
    end

    attr_reader :unused

    def initialize(io, **)
      super()
      @io = io
      text = io.read.to_s.b
      head = GzipFile.header(text)
      @mtime, @level, @os_code, @orig_name, @comment = head.to_a
      @bytes, taken = GzipFile.unpack(text)
      rest = text.byteslice(taken..)
      @unused = rest.empty? ? nil : rest
      @inner = StringIO.new(@bytes)
      @encoding = Encoding.default_external
    end

    def external_encoding = @encoding
    def rewind = @inner.rewind
    def pos = @inner.pos
    alias tell pos
    def lineno = @inner.lineno
    def eof? = @inner.eof?
    alias eof eof?

    def lineno=(number)
      @inner.lineno = number
    end

    def read(length = nil, buffer = nil)
      found = @inner.read(length)
      found = text(found) if length.nil?
      buffer && found ? buffer.replace(found) : found
    end

    def readpartial(length, buffer = nil) = read(length, buffer) || raise(EOFError, 'end of file reached')
    def getbyte = @inner.getbyte
    def readbyte = @inner.readbyte
    def each_byte(&block) = block ? @inner.each_byte(&block) && self : to_enum(:each_byte)
    def getc = (found = @inner.gets('', 1)) && text(found)
    def gets(*args, **options) = (found = @inner.gets(*args, **options)) && text(found)
    def readline(*args) = gets(*args) || raise(EOFError, 'end of file reached')
    def readlines(*args) = @inner.readlines(*args).map { |line| text(line) }

    def each_line(*args)
      return to_enum(:each_line, *args) unless block_given?

      while (line = gets(*args))
        yield line
      end
      self
    end
    alias each each_line

    def finish
      raise Error, 'closed gzip stream' if closed?

      @closed = true
      @io
    end

    private

    def text(bytes)
      bytes.dup.force_encoding(@encoding)
    end
  end

  class << self
    def gzip(text, level: nil, strategy: nil)
      text = Bytes.text(text)
      foot = [crc32(text), text.bytesize & 0xffffffff].pack('VV')
      head = GzipFile::HEAD.dup
      head.setbyte(8, {BEST_COMPRESSION => 2, BEST_SPEED => 4}.fetch(level, 0))
      head + Bytes.pack(text, level, true, strategy) + foot
    end

    def gunzip(text)
      GzipFile.unpack(Bytes.text(text))[0]
    end
  end
end
