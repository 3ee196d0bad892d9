# frozen_string_literal: true

# Reading files and listing folders, which gems do for their data: those of the artifact, and the data of the time zones. TruffleRuby's own
# classes ask the operating system.
module Amino
  # Files and folders by the paths that a guest gives.
  module Files
    FILE = 1
    FOLDER = 2
    MODES = {0 => 0, FILE => 0o100_444, FOLDER => 0o040_555}.freeze
    KINDS = {0 => 0, FILE => 8, FOLDER => Truffle::DirOperations::DT_DIR}.freeze
    READING = /\Ar[bt]?(?::|\z)/
    MARK = "\xEF\xBB\xBF".b.freeze

    class << self
      def absolute(path)
        File.expand_path(Truffle::Type.coerce_to_path(path), Loading::ROOT)
      end

      def kind(path)
        Loading.kind(absolute(path))
      end

      # The bytes of a file.
      def bytes(path)
        case kind(path)
        when FILE then octets(absolute(path))
        when FOLDER then raise Errno::EISDIR, path.to_s
        else raise Errno::ENOENT, path.to_s
        end
      end

      # The bytes as a text, by what Ruby calls mode and encodings.
      def text(path, mode: 'r', encoding: nil, external_encoding: nil, internal_encoding: nil, **)
        named = encoding || (mode.is_a?(String) ? mode[/:(.*)/m, 1] : nil)
        first, second = named.is_a?(String) ? named.split(':', 2) : [named, nil]
        found = bytes(path)
        if first.is_a?(String) && first.match?(/\Abom\|/i)
          first = first[4..]
          found = found.byteslice(3..) if found.start_with?(MARK)
        end
        outer = external_encoding || first || (binary?(mode) ? Encoding::BINARY : Encoding.default_external)
        inner = internal_encoding || second
        found.force_encoding(outer)
        inner && inner != '-' ? found.encode(inner) : found
      end

      def binary?(mode)
        mode.is_a?(String) && mode[/\A[^:]*/].include?('b')
      end

      # A file of the artifact that is to be read; nil where the engine's own class answers.
      def opened(path, mode = 'r', _rights = nil, **options)
        mode = options.delete(:mode) || mode || 'r'
        mode = 'r' if mode == 0 # rubocop:disable Style/NumericPredicate
        return nil if path.is_a?(Integer) || !(mode.is_a?(String) && READING.match?(mode)) || kind(path) != FILE

        # Only an object that opens a file pays for the class.
        Library.evaluate('open_file') unless const_defined?(:OpenFile, false)
        OpenFile.new(Truffle::Type.coerce_to_path(path), text(path, mode: mode, **options).freeze)
      end
    end
  end
end

# What the engine asks of a path, also where it lists folders by patterns.
def (Truffle::POSIX).truffleposix_stat_mode(path)
  Amino::Files::MODES[Amino::Files.kind(path)]
end

def (Truffle::POSIX).truffleposix_lstat_mode(path)
  Amino::Files::MODES[Amino::Files.kind(path)]
end

def (Truffle::DirOperations).readdir_multiple(folder, _resolve, exclude, entries)
  folder.each do |name|
    next if exclude && ['.', '..'].include?(name)

    entries << self::Entry.new(name, Amino::Files::KINDS[Amino::Files.kind("#{folder.path}/#{name}")])
  end
  0
end

class IO
  class << self
    def binread(path, length = nil, offset = nil)
      found = Amino::Files.bytes(path)
      length || offset ? found.byteslice(offset || 0, length || found.bytesize) : found
    end

    def read(path, length = nil, offset = nil, **options)
      length || offset ? binread(path, length, offset) : Amino::Files.text(path, **options)
    end

    def readlines(path, *marks, chomp: false, **options)
      Amino::Files.text(path, **options).lines(*marks, chomp: chomp)
    end

    def foreach(path, *marks, chomp: false, **options, &block)
      found = readlines(path, *marks, chomp: chomp, **options)
      return found.each unless block

      found.each(&block)
      nil
    end
  end
end

class File
  class << self
    def file?(path) = Amino::Files.kind(path) == Amino::Files::FILE
    def directory?(path) = Amino::Files.kind(path) == Amino::Files::FOLDER
    def exist?(path) = Amino::Files.kind(path) != 0
    def readable?(path) = exist?(path)
    def size(path) = Amino::Files.bytes(path).bytesize
    def size?(path) = file?(path) && !size(path).zero? ? size(path) : nil
    def zero?(path) = file?(path) && size(path).zero?
    alias empty? zero?

    def realpath(path, folder = nil)
      found = expand_path(path, folder || Amino::Loading::ROOT)
      exist?(found) ? found : raise(Errno::ENOENT, path.to_s)
    end

    def new(path, *more, **options)
      (equal?(File) && Amino::Files.opened(path, *more, **options)) || super
    end

    def open(path, *more, **options)
      file = new(path, *more, **options)
      return file unless block_given?

      begin
        yield file
      ensure
        file.close unless file.closed?
      end
    end
  end
end

# An open folder holds its names.
class Dir
  def initialize(path, _options = nil, **)
    initialize_internal(path) or raise Amino::Files.kind(path).zero? ? Errno::ENOENT : Errno::ENOTDIR, path.to_s
  end

  def read
    ensure_open
    name = @ptr[@at]
    @at += 1 if name
    name.dup
  end

  def rewind
    ensure_open
    @at = 0
    self
  end

  def pos
    ensure_open
    @at
  end
  alias tell pos

  def seek(place)
    ensure_open
    @at = place
    self
  end

  def fileno
    raise NotImplementedError, 'a folder of the artifact has no number of the operating system'
  end

  def close
    @ptr = nil
  end

  def self.pwd
    Amino::Loading::ROOT.dup
  end

  private

  def initialize_internal(path, *)
    @path = Truffle::Type.coerce_to_path(path)
    @encoding = Encoding::UTF_8
    return nil unless Amino::Files.kind(@path) == Amino::Files::FOLDER

    @ptr = ['.', '..', *Amino::Files.names(Amino::Files.absolute(@path))].freeze
    @at = 0
    self
  end
end

lambda do |host, _amino|
  # Functions of their own: nothing that a guest can ask for leads to `host`.
  bytes, names = %w[bytes names].map { |name| Truffle::Interop.read_member(host, name) }
  Amino::Files.define_singleton_method(:octets) do |path|
    String.new(bytes.call(path).to_s).encode('ISO-8859-1').force_encoding('BINARY')
  end
  Amino::Files.define_singleton_method(:names) { |path| String.new(names.call(path).to_s).split("\0") }
end
