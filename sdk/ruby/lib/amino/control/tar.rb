# frozen_string_literal: true

module Amino
  module Control
    # Writes the one tar that equal files have: sorted by name, without times, owners or modes, names that ustar cannot hold in a pax
    # header. The same bytes as `pack_files` of wire/amino_wire/artifacts.py, for the hash of an artifact is that of its tar.
    module Tar
      BLOCK = 512
      RECORD = 20 * BLOCK
      NAME_BYTES = 100
      REGULAR = "0"
      PAX = "x"
      private_constant :BLOCK, :RECORD, :NAME_BYTES, :REGULAR, :PAX

      module_function

      # @param contents [Hash{String => String}] bytes by name, folders separated with `/`
      # @return [String]
      def write(contents)
        tar = String.new(encoding: Encoding::BINARY)
        contents.sort.each { |name, bytes| tar << member(name, bytes) }
        tar << "\0" * (2 * BLOCK)
        tar << "\0" * (-tar.bytesize % RECORD)
      end

      def member(name, bytes)
        pax = name.ascii_only? && name.size <= NAME_BYTES ? "" : pax_header(name)
        pax + header(name, 0o644, bytes.bytesize, REGULAR) + padded(bytes)
      end

      def pax_header(name)
        record = pax_record("path", name)
        header("././@PaxHeader", 0, record.bytesize, PAX) + padded(record)
      end

      # "length key=value\n", where the length counts its own digits.
      def pax_record(key, value)
        rest = " #{key}=#{value}\n".b
        length = rest.bytesize
        length = rest.bytesize + length.to_s.size until length == rest.bytesize + length.to_s.size
        length.to_s.b + rest
      end

      def header(name, mode, size, type)
        fields = [
          name.encode(Encoding::US_ASCII, undef: :replace)[0, NAME_BYTES], octal(mode, 8), octal(0, 8), octal(0, 8), octal(size, 12),
          octal(0, 12), " " * 8, type, "", "ustar\00000"
        ]
        block = fields.pack("a100 a8 a8 a8 a12 a12 a8 a a100 a8 x247")
        block[148, 7] = format("%06o\0", block.sum(32))
        block
      end

      def octal(number, width) = format("%0*o\0", width - 1, number)

      def padded(bytes) = bytes.b << "\0" * (-bytes.bytesize % BLOCK)
    end
  end
end
