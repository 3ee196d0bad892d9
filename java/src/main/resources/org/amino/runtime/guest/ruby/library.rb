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
      'csv' => [:csv, 'csv_rows'].freeze,
      'psych.so' => %w[psych].freeze,
      'zlib' => %w[zlib/packing zlib/gzip].freeze,
      'etc' => %w[etc].freeze,
      'socket' => %w[socket].freeze,
      'openssl' => %w[openssl].freeze
    }.freeze
    # What stands in for the system's own, unless native code is allowed.
    INSTEAD = %w[etc socket openssl].freeze
    # Gems that come with this Ruby, by the first part of a feature's name.
    GEMS = {
      'matrix' => 'matrix-0.4.2', 'prime' => 'prime-0.1.2', 'racc' => 'racc-1.7.3', 'rexml' => 'rexml-3.3.9'
    }.freeze
    # Names that mean the same.
    SAME = {
      'date_core' => 'date', 'digest/md5' => 'digest', 'digest/sha1' => 'digest', 'digest/sha2' => 'digest'
    }.freeze
    LOADED = {} # rubocop:disable Style/MutableConstant

    class << self
      def name_of(feature)
        return feature if FILES.key?(feature)

        name = feature.delete_suffix('.rb').delete_suffix('.so')
        SAME.fetch(name, name)
      end

      def own?(feature)
        name = name_of(feature)
        FILES.key?(name) && !(INSTEAD.include?(name) && native?)
      end

      # Lets `require` look into the folder of a gem.
      def find_gem(feature)
        gem = GEMS[feature[/\A\w+/]] or return
        folder = "#{Truffle::Boot.ruby_home}/lib/gems/gems/#{gem}/lib"
        $LOAD_PATH << folder unless $LOAD_PATH.include?(folder)
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
        $LOADED_FEATURES << (name.end_with?('.so') ? name : "#{name}.rb")
        true
      end
    end
  end
end

lambda do |host, _amino|
  # Functions of their own: nothing that a guest can ask for leads to `host`.
  names = %w[library yamlEvents yamlText zlib]
  evaluate, yaml_events, yaml_text, zlib = names.map { |name| Truffle::Interop.read_member(host, name) }
  native = Truffle::Interop.read_member(host, 'allows').call('native')
  Amino::Library.define_singleton_method(:native?) { native }
  Amino::Library.define_singleton_method(:evaluate) { |file| evaluate.call(file) }
  Amino::Library.define_singleton_method(:yaml_events) do |text|
    found = yaml_events.call(text)
    Array.new(3) { |at| String.new(found[at].to_s) }
  end
  # Bytes go as texts of the signs 0 to 255, and come back so.
  bytes = ->(found) { String.new(found.to_s).encode('ISO-8859-1').force_encoding('BINARY') }
  Amino::Library.define_singleton_method(:zlib) do |what, text, *more|
    found = zlib.call(what, text.b.force_encoding('ISO-8859-1').encode('UTF-8'), *more)
    next found if found.is_a?(Integer)

    what == 'pack' ? bytes.call(found) : [found[0], bytes.call(found[1]), found[2]]
  end
  Amino::Library.define_singleton_method(:yaml_text) { |*parts| String.new(yaml_text.call(*parts).to_s) }
end
