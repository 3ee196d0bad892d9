# frozen_string_literal: true

# The state of an instance (docs/bridge.md, `snapshot`): what its own hooks say, else all that it holds as nodes.
module Amino
  module State
    # The shapes that were restored once in this context, and came back as they were.
    PROVEN = {} # rubocop:disable Style/MutableConstant
    # The features that were loaded with the artifact: what is loaded later is loaded again before a state is restored.
    FEATURES = {} # rubocop:disable Style/MutableConstant
    # The constants that there were at the top level then.
    CONSTANTS = {} # rubocop:disable Style/MutableConstant
    REMEDY = 'correct how its class saves and loads it, or give the class amino_save and amino_load'
    DIFFERENT = "it does not come back as it is; #{REMEDY}"

    class << self
      # `[format, tree, lost]`.
      def snapshot(instance)
        if instance.respond_to?(:amino_save) && instance.respond_to?(:amino_load)
          return ['hooks', Flattening.run(instance.amino_save, 'state'), []]
        end

        writer = GraphWriter.new(instance, Constants::NAMES).run
        data = writer.data
        lost = writer.lost.empty? ? unproven(writer, data) : writer.lost
        ['graph', Flattening.run(data.merge('features' => features(data['shapes'])), 'state'), lost]
      end

      # The parts that are lost though they could be written: a shape that is not proven is restored into an object that
      # nobody owns, and captured again.
      def unproven(writer, data)
        own = writer.shape_keys.any? { |key| [Kinds::K_HOOKED, Kinds::K_LOADED, Kinds::K_DUMPED].include?(key[0]) }
        return [] if !own && writer.shape_keys.all? { |key| PROVEN.key?(key) }

        failed = difference(writer, data)
        return [writer.described(failed[0], failed[1])] if failed

        writer.shape_keys.each { |key| PROVEN[key] = true }
        []
      end

      # The number of the node that comes back different and why, or nil.
      def difference(writer, data)
        reader = GraphReader.new(data, -> { Object.new })
        again = GraphWriter.new(reader.run, Constants::NAMES).run
        return nil if again.lost.empty? && again.data == data

        number = (0...writer.nodes.size).find { |at| writer.record_of(at) != again.record_of(at) } || 0
        [writer.maker(number), DIFFERENT]
      rescue ::StandardError => e
        kind = Builtins::NAME.bind_call(Builtins::CLASS.call(e))
        [reader ? reader.at : 0, "restoring it raises #{kind}; #{REMEDY}"]
      end

      def blank
        Offered.cls ? Offered.cls.allocate : (Offered.mod || Object.new)
      end

      # An instance with the state that a snapshot holds; `initialize` does not run.
      def restore(id, format, data)
        if format == 'hooks'
          instance = Offered.own(id, blank)
          instance.amino_load(data)
          return instance
        end
        return Offered.own(id, OldStates.restore(format, data, method(:blank))) unless format == 'graph'

        data['features'].each { |feature| Kernel.require(feature) }
        of_nodes(id, data)
      end

      # The object is owned before it is filled: the engine goes down into all that an object holds when it is put where
      # other threads may reach it, and would find no end of its stack in a deep state.
      def of_nodes(id, data)
        owned = nil
        GraphReader.new(data, Offered.cls ? nil : method(:blank)).run { |root| owned = Offered.own(id, root) }
      rescue ::Exception # rubocop:disable Lint/RescueException
        OWNERS.delete(owned)
        raise
      end

      def loaded
        $LOADED_FEATURES.each { |feature| FEATURES[feature] = true }
        ::Object.constants.each { |name| CONSTANTS[name.name] = true }
      end

      def late?(shape)
        [shape[1], *shape[3]].any? { |name| ::String === name && !CONSTANTS.key?(name[/\A\w+/]) }
      end

      # The features that were required since the artifact was loaded, by names that mean the same elsewhere. A state of
      # which no class came later needs none: whatever else the context has loaded, equal states are equal bytes. Files
      # of the artifact stand in the order in which their loading began, for the first one requires the others.
      def features(shapes)
        return [] if $LOADED_FEATURES.size == FEATURES.size || shapes.none? { |shape| late?(shape) }

        folders = $LOAD_PATH.map(&:to_s).reject { |path| path.start_with?(Loading::ROOT) }
        later = $LOADED_FEATURES.reject { |feature| FEATURES.key?(feature) }
        own = Loading::LOADED.keys & later
        ((later - own) + own).map do |feature|
          folder = folders.select { |path| feature.start_with?("#{path}/") }.max_by(&:size)
          folder ? feature.delete_prefix("#{folder}/").delete_suffix('.rb') : feature
        end
      end
    end
  end
end

lambda do |_host, amino|
  amino['snapshot'] = ->(instance) { Amino::State.snapshot(instance) }
  amino['restore'] = ->(id, format, data) { Amino::State.restore(id, format, data) }
  # No object changes these for the others of its artifact.
  [Amino, Amino::Reference, Amino::Error, Amino::Duration, Amino::Named, Amino::Classes, Amino::Flattening,
   Amino::Builtins, Amino::Kinds, Amino::Constants, Amino::GraphColumns, Amino::GraphWriter, Amino::GraphParts,
   Amino::GraphPaths, Amino::GraphReader, Amino::GraphShells, Amino::GraphLate, Amino::OldStates,
   Amino::State].each(&:freeze)
end
