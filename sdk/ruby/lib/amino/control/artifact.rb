# frozen_string_literal: true

require "digest"
require "find"
require "pathname"
require_relative "tar"

module Amino
  module Control
    # Source or compiled code of a class, packed so that equal content has an equal hash in every SDK.
    class Artifact
      CHUNK = 1 << 20
      LEFT_OUT = %w[.git .hg .svn __pycache__ .DS_Store .mypy_cache .pytest_cache .ruff_cache .venv].freeze
      private_constant :CHUNK, :LEFT_OUT

      # @!attribute hash_hex [String] sha256 of the tar, hex
      # @!attribute files [Array<String>] names, sorted
      attr_reader :hash_hex, :files, :size

      # Packs a file or all files of a folder. Version control, caches and virtual environments stay out.
      # @param path [String, Pathname]
      # @raise [Amino::ArtifactInvalid] nothing is there, it is too large, or a link leads out of the folder
      def self.pack(path)
        path = Pathname(path)
        return new({ path.basename.to_s.dup.force_encoding(Encoding::UTF_8) => path.binread }) if path.file?
        raise ArtifactInvalid, "#{path} is neither a file nor a folder" unless path.directory?

        contents = {}
        total = 0
        walk(path) do |name, file|
          contents[name] = file.binread
          check_size(total += contents[name].bytesize, contents.size, path)
        end
        raise ArtifactInvalid, "the folder #{path} has no files" if contents.empty?

        new(contents)
      end

      # @param contents [Hash{String => String}] bytes by name
      # @raise [Amino::ArtifactInvalid] a name that cannot be unpacked, or too much
      def initialize(contents)
        self.class.check_size(contents.each_value.sum(&:bytesize), contents.size, "the artifact")
        contents.each_key { |name| check_name(name) }
        @data = Tar.write(contents)
        @hash_hex = Digest::SHA256.hexdigest(@data)
        @files = contents.keys.sort.freeze
        @size = @data.bytesize
      end

      # The tar in parts for messages.
      # @return [Enumerator<String>]
      def chunks = (0...@size).step(CHUNK).lazy.map { |from| @data.byteslice(from, CHUNK) }

      def self.check_size(size, files, what)
        raise ArtifactInvalid, "#{what} is larger than #{Protocol::ARTIFACT_LIMIT >> 20} MiB" if size > Protocol::ARTIFACT_LIMIT
        raise ArtifactInvalid, "#{what} has more than #{Protocol::ARTIFACT_FILES_LIMIT} files" if files > Protocol::ARTIFACT_FILES_LIMIT
      end

      def self.walk(root)
        inside = root.realpath
        root.find do |path|
          next if path == root

          name = path.basename.to_s
          if LEFT_OUT.include?(name) || (name.end_with?(".pyc") && !path.directory?)
            Find.prune
          elsif !path.directory?
            check_file(path, inside)
            yield path.relative_path_from(root).to_s.dup.force_encoding(Encoding::UTF_8), path
          elsif path.symlink?
            raise ArtifactInvalid, "#{path} is a link to a folder; an artifact holds files only. Copy the folder or leave the link out."
          end
        end
      end
      private_class_method :walk

      def self.check_file(path, inside)
        real = path.realpath
        unless real.to_s.start_with?("#{inside}/")
          raise ArtifactInvalid, "#{path} links to #{real}, outside the folder. Copy the file or leave the link out."
        end
        raise ArtifactInvalid, "#{path} is no regular file" unless real.file?
      rescue SystemCallError => e
        raise ArtifactInvalid, "#{path} cannot be read: #{e.message}"
      end
      private_class_method :check_file

      private

      def check_name(name)
        parts = name.split("/", -1)
        plain = parts.size <= Protocol::ARTIFACT_DEPTH_LIMIT && name.valid_encoding? && !name.empty? &&
                !name.match?(/[\\\0]/) && !parts.first.include?(":") &&
                parts.none? { |part| ["", ".", ".."].include?(part) || part.bytesize > Protocol::ARTIFACT_NAME_LIMIT }
        return if plain

        raise ArtifactInvalid, "#{name.inspect} is no file name inside an artifact: it must be relative, with /, without .. and without :"
      end
    end
  end
end
