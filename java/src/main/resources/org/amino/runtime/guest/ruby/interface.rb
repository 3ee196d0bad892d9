# frozen_string_literal: true

# What an artifact offers: loads it, finds its class (or its functions), describes the members, makes instances.
module Amino
  # The artifact of this context.
  module Offered
    HOOKS = %i[amino_save amino_load initialize].freeze
    PUBLIC = /\A[A-Za-z]\w*[?!=]?\z/.freeze

    class << self
      # The class; the module whose methods are the members; or the names of top-level methods.
      attr_reader :cls, :mod, :functions

      # What references to this artifact's objects say of their class.
      attr_reader :class_name

      def offer(entry, class_name)
        before = Object.constants
        methods_before = Object.private_instance_methods(false)
        @entry = path = "/artifact/#{entry}"
        Kernel.require(path) || Kernel.load(path)
        @added = Object.constants - before
        @functions = Object.private_instance_methods(false) - methods_before
        choose(path, class_name)
        Constants.take(@added)
        State.loaded
        describe(path)
      end

      def choose(path, class_name)
        if class_name
          @cls = class_name.split('::').reduce(Object) { |scope, name| scope.const_get(name) } if Object.const_defined?(class_name)
          raise refuse("it has no class #{class_name}") unless @cls.is_a?(Class)
        else
          names = present
          @cls = only_class(path, names)
          @mod = only_module(names) if @cls.nil?
          raise refuse('it offers neither a class nor methods') if @cls.nil? && @mod.nil? && @functions.empty?
        end
      end

      # A library leaves constants that are loaded when somebody uses them, and some of these cannot be loaded at all.
      def present
        names = @added.reject { |name| Object.autoload?(name) }
        names.empty? && @functions.empty? ? @added : names
      end

      def only_class(path, names)
        own = names.map { |name| Object.const_get(name) }.select { |c| c.is_a?(Class) && !(c <= Exception) }
        here = own.select { |c| Object.const_source_location(c.name)&.first == path }
        own = here unless here.empty?
        leaves = own.reject { |c| own.any? { |other| other < c } }
        return leaves.first if leaves.size <= 1

        short = File.basename(path, '.rb').delete('_').downcase
        leaves.find { |c| c.name.downcase == short } ||
          raise(refuse("several classes (#{leaves.map(&:name).join(', ')}): keep one, or name it (option class; on the command line --class)"))
      end

      def only_module(names)
        names.map { |name| Object.const_get(name) }.find { |m| m.instance_of?(Module) && !m.singleton_methods.empty? }
      end

      def refuse(message)
        Amino.new_error('ARTIFACT_INVALID', 'ArtifactInvalid', message)
      end

      def describe(path)
        rows = members.map { |method| row(method) }.sort_by(&:first)
        init = @cls&.instance_method(:initialize)
        parameters, arity, required = init && init.owner != BasicObject ? signature(init) : [[], 0, 0]
        name = @cls&.name || @mod&.name || File.basename(path, '.rb')
        @class_name = name
        location = @cls || @mod ? Object.const_source_location(name) : nil
        [name, location ? doc(*location) : '', parameters, arity, required, rows]
      end

      def members
        if @cls
          names = @cls.public_instance_methods(true).map { |name| @cls.instance_method(name) }
          return names.select { |method| member?(method) }
        end
        return @mod.singleton_methods.map { |name| @mod.method(name) }.select { |method| member?(method) } if @mod

        @functions.map { |name| Object.instance_method(name) }.select { |method| member?(method) }
      end

      def member?(method)
        inherited = [Object, Kernel, BasicObject, Comparable].include?(method.owner) && !@functions.include?(method.name)
        PUBLIC.match?(method.name) && !HOOKS.include?(method.name) && !inherited
      end

      def read_only
        scope = @cls || @mod || Object
        scope.const_defined?(:READ_ONLY) ? scope.const_get(:READ_ONLY).map(&:to_sym) : []
      end

      def row(method)
        parameters, arity, required = signature(method)
        [method.name.name, arity, required, read_only.include?(method.name), parameters, doc(*method.source_location), property?(method)]
      end

      # Ruby reads a property by a method without parameters, and sets it by one whose name ends with `=`.
      def property?(method)
        method.parameters.map(&:first) == (method.name.end_with?('=') ? [:req] : []) && !method.name.end_with?('?', '!')
      end

      # Parameter names, the most and the least number of positional arguments (−1: any number).
      def signature(method)
        kinds = method.parameters
        names = kinds.reject { |kind, _| kind == :block }.map { |kind, name| (name || kind).name }
        positional = kinds.count { |kind, _| %i[req opt].include?(kind) }
        [names, kinds.any? { |kind, _| kind == :rest } ? -1 : positional, kinds.count { |kind, _| kind == :req }]
      end

      # The comment above a definition.
      def doc(file = nil, line = nil)
        return '' unless file&.start_with?('/artifact/') && File.file?(file)

        @sources ||= {}
        lines = @sources[file] ||= File.readlines(file, chomp: true)
        above = lines[0...(line - 1)].reverse.take_while { |text| text.match?(/\A\s*#(?!\s*frozen_string)/) }
        above.reverse.map { |text| text.sub(/\A\s*# ?/, '') }.join("\n").strip
      end

      def make(id, args, named = {})
        instance = @cls ? @cls.new(*args, **named) : (@mod || Object.new)
        own(id, instance)
      end

      def own(id, instance)
        OWNERS[instance] = id
        instance
      end

      def check_names(method, given, names)
        kinds = method.parameters
        return if kinds.any? { |kind, _| kind == :keyrest }

        known = kinds.select { |kind, _| %i[key keyreq].include?(kind) }.map(&:last)
        unknown = names - known
        missing = kinds.select { |kind, _| kind == :keyreq }.map(&:last) - names
        problem = nil
        problem = "has no keyword #{unknown.join(', ')}" unless unknown.empty?
        problem = "lacks #{missing.join(', ')}" unless missing.empty?
        _, arity, required = signature(method)
        problem = "takes #{required} positional arguments, but was given #{given}" if given < required || (arity >= 0 && given > arity)
        return unless problem

        raise Amino.new_error('ARGUMENT_INVALID', 'ArgumentInvalid', "a call of #{method.name} with named arguments #{problem}")
      end

      # A Ruby method may have no keywords: then each goes where the parameter of that name stands.
      def arrange(method, args, names, values)
        kinds = method.parameters
        return [args, names.map(&:to_sym).zip(values).to_h] if kinds.any? { |kind, _| %i[key keyreq keyrest].include?(kind) }

        left = names.zip(values).to_h
        ordered = args.dup
        kinds.map { |_, name| name&.name }.drop(args.size).each { |name| ordered << left.delete(name) if left.key?(name) }
        raise Amino.new_error('ARGUMENT_INVALID', 'ArgumentInvalid', "#{method.name} has no parameter #{left.keys.join(', ')}") unless left.empty?

        [ordered, {}]
      end

      def call_named(method, args, names, values)
        ordered, named = arrange(method, args, names, values)
        check_names(method, ordered.size, named.keys)
        method.call(*ordered, **named)
      end

      def create_named(id, args, names, values)
        init = @cls.instance_method(:initialize)
        ordered, named = arrange(init, args, names, values)
        check_names(init, ordered.size, named.keys)
        make(id, ordered, named)
      end

      # The module that is the object, and the files in which the runtime looks for variables that no object has: those of
      # gems, which lie in `lib`, are not the object's code. None where the class says itself what is its state.
      def outside
        hooks = %i[amino_save amino_load]
        return [''] if @cls ? hooks.all? { |name| @cls.method_defined?(name) } : hooks.all? { |name| @mod.respond_to?(name) }

        gems = @entry.start_with?('/artifact/lib/') ? '/artifact/vendor/' : ['/artifact/lib/', '/artifact/vendor/']
        [@mod&.name || '', *Loading::LOADED.keys.reject { |path| path.start_with?(*gems) }]
      end

      def own_member(instance, name)
        return nil unless PUBLIC.match?(name) && instance.singleton_methods(false).include?(name.to_sym) && @cls

        parameters, arity, required = signature(instance.method(name))
        [arity, required, parameters]
      end
    end
  end
end

lambda do |_host, amino|
  offered = Amino::Offered
  amino['offer'] = ->(entry, class_name) { offered.offer(entry, class_name) }
  amino['outside'] = -> { offered.outside }
  amino['create'] = ->(id, *args) { offered.make(id, args) }
  amino['createNamed'] = ->(id, args, names, values) { offered.create_named(id, args, names, values) }
  amino['callNamed'] = ->(method, args, names, values) { offered.call_named(method, args, names, values) }
  amino['member'] = ->(instance, name) { instance.method(name) }
  amino['ownMember'] = ->(instance, name) { offered.own_member(instance, name) }
end
