# frozen_string_literal: true

module Amino
  # The parts of Ruby's library that TruffleRuby has in native code, as they are here: Ruby files of this runtime, which
  # are evaluated when the artifact asks for them.
  module Library
    # The files of a feature, below the folder `library`.
    FILES = {
      'date' => %w[calendar making reading reckoning datetime writing zones strptime filling parsing numbers standards]
                .map { |name| "date/#{name}" }.freeze,
      'bigdecimal' => %w[settings making reading rounding arithmetic division powers]
                      .map { |name| "bigdecimal/#{name}" }.freeze,
      'digest' => %w[digest].freeze,
      # What Ruby's own library has comes first.
      'csv' => [:csv, 'csv_rows'].freeze
    }.freeze
    # Names that mean the same.
    SAME = {
      'date_core' => 'date', 'digest/md5' => 'digest', 'digest/sha1' => 'digest', 'digest/sha2' => 'digest'
    }.freeze
    LOADED = {} # rubocop:disable Style/MutableConstant

    class << self
      def name_of(feature)
        name = feature.delete_suffix('.rb').delete_suffix('.so')
        SAME.fetch(name, name)
      end

      def own?(feature)
        FILES.key?(name_of(feature))
      end

      # As `require` answers: whether it was loaded now.
      def load(feature)
        name = name_of(feature)
        return false if LOADED[name]

        LOADED[name] = true
        begin
          FILES[name].each { |file| file.is_a?(Symbol) ? Kernel.amino_original_require(file.name) : evaluate(file) }
        rescue Exception # rubocop:disable Lint/RescueException
          LOADED.delete(name)
          raise
        end
        $LOADED_FEATURES << "#{name}.rb"
        true
      end
    end
  end
end

lambda do |host, _amino|
  # A function of its own: nothing that a guest can ask for leads to `host`.
  evaluate = Truffle::Interop.read_member(host, 'library')
  Amino::Library.define_singleton_method(:evaluate) { |file| evaluate.call(file) }
end
