# frozen_string_literal: true

module Amino
  # Lines of widely used gems that fail here for no reason that matters to an object, and what is read instead. A file of the artifact
  # that has no such line is loaded as it is.
  module Repairs
    LINES = {
      # Ruby's `alias_method` answers a symbol since 3.0; this gem takes the answer for a class where the engine is TruffleRuby (up to 1.1.7).
      # TruffleRuby's own `require` has a repair of its own, and does not load files of an artifact.
      'concurrent/atomic/atomic_reference.rb' => [
        'class AtomicReference < AtomicReferenceImplementation',
        'class AtomicReference < ' \
        '(AtomicReferenceImplementation == :swap ? TruffleRubyAtomicReference : AtomicReferenceImplementation)'
      ].freeze,
      # A thread that frees places of ended threads, of which an object has none.
      'concurrent/atomic/ruby_thread_local_var.rb' => ['THREAD = Thread.new do', 'THREAD = proc do'].freeze
    }.freeze

    # The text of a file with its line repaired; nil where it may be loaded as it is.
    def self.of(path)
      seen, instead = LINES.find { |ending, _| path.end_with?("/#{ending}") }&.last
      return nil unless seen

      text = File.read(path)
      text.include?(seen) ? text.sub(seen) { instead } : nil
    end
  end
end

->(_host, _amino) {}
