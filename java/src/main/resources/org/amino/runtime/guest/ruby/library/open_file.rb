# frozen_string_literal: true

require 'stringio'

module Amino
  module Files
    # A file of the artifact that is open for reading: its text is here already.
    class OpenFile < StringIO
      attr_reader :path
      alias to_path path

      def initialize(path, text)
        super(text, 'r')
        @path = path
        set_encoding(text.encoding)
      end

      def inspect = "#<File:#{@path}#{' (closed)' if closed?}>"
      def fileno = raise(NotImplementedError, 'a file of the artifact has no number of the operating system')
      def flock(*) = 0
    end
  end
end
