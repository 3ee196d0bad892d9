# frozen_string_literal: true

# `require` under the sandbox. The artifact's files are found through the host, the language's own library through TruffleRuby's own
# `require`, after those of its steps are gone that ask the operating system (environment variables, home directory).
module Amino
  # Where files of the artifact are looked for and loaded.
  module Loading
    ROOT = '/artifact'
    FILE = 1

    # Parts of the library that call native code as soon as they are loaded, which the engine answers by ending the call.
    NATIVE = %w[fiddle fiddle.rb fiddle/import].freeze
    # What may do instead of a part that is not there.
    INSTEAD = {
      'fiddle' => 'no object calls native functions',
      'io/console' => 'an object has no terminal', 'readline' => 'an object has no terminal',
      'pty' => 'an object has no terminal', 'syslog' => 'use logger, or print', 'nkf' => 'use String#encode'
    }.freeze

    PAGE = 'docs/guests.md says what there is'
    NO_NATIVE = /native (?:code|access) is not allowed/
    NEEDS_NATIVE = 'it has parts in native code, which an object may not call'

    # Guards against loading a file twice, also while it is being loaded.
    LOADED = {} # rubocop:disable Style/MutableConstant

    def self.find(path)
      [path, "#{path}.rb"].find { |candidate| candidate.end_with?('.rb') && kind(candidate) == FILE }
    end

    # The artifact's file for a feature, or nil.
    def self.resolve(feature)
      return find(feature) if feature.start_with?(ROOT)
      return nil if feature.start_with?('/')
      return find(File.expand_path(feature, ROOT)) if feature.start_with?('./', '../')

      folders = $LOAD_PATH.map(&:to_s).select { |folder| folder.start_with?(ROOT) } + [ROOT, "#{ROOT}/lib"]
      folders.each do |folder|
        found = find("#{folder}/#{feature}")
        return found if found
      end
      nil
    end

    def self.once(path)
      return false if LOADED[path]

      LOADED[path] = true
      begin
        repaired = Repairs.of(path)
        repaired ? TOPLEVEL_BINDING.eval(repaired, path) : Kernel.amino_original_load(path)
      rescue Exception # rubocop:disable Lint/RescueException
        LOADED.delete(path)
        raise
      end
      $LOADED_FEATURES << path
      true
    end

    def self.library(feature)
      name = feature.to_s
      return Library.load(name) if Library.own?(name)
      raise LoadError, message('native code is not allowed', name) if NATIVE.include?(name)

      Library.find_gem(name)
      Kernel.amino_original_require(feature).tap { Fixed.required(name) }
    rescue LoadError, SecurityError => e
      raise e if e.is_a?(SecurityError) && !NO_NATIVE.match?(e.message)

      text = e.message.include?(PAGE) ? outer(e.message, name) : message(e.message, name)
      raise LoadError.new(text).tap { |error| error.set_backtrace(e.backtrace) }
    end

    # What failed, why, and how to have it.
    def self.message(text, feature)
      feature = feature.delete_suffix('.so')
      instead = INSTEAD[feature.delete_suffix('.rb')[/\A(?:io\/)?\w+/]]
      if NO_NATIVE.match?(text)
        return "cannot load such file -- #{feature}: #{NEEDS_NATIVE}#{"; #{instead}" if instead}; #{PAGE}"
      end

      missing = text[/-- (\S+)\z/, 1] || feature
      "cannot load such file -- #{missing}: it is neither in the artifact nor in Ruby's library; " \
        "put the gem's lib folder into the folder that you register, as lib/#{missing.delete_suffix('.rb')}.rb; #{PAGE}"
    end

    # The same of a feature that requires the one that failed.
    def self.outer(text, feature)
      inner, why = text.delete_prefix('cannot load such file -- ').split(': ', 2)
      return text if inner == feature[/\A\w+/] || feature.start_with?('/') || text.include?(', which cannot be loaded: ')

      "cannot load such file -- #{feature}: it requires #{inner}, which cannot be loaded: #{why}"
    end

    def self.relative(feature, from)
      return File.expand_path(feature, File.dirname(from)) unless feature.start_with?('/')

      feature
    end
  end
end

# The environment is empty and the guest's own; what asks for the process's is told so instead of failing.
def (Truffle::POSIX).getenv(*)
  nil
end

module Truffle
  module System
    class << self
      %i[initial_environment_variables get_java_property].each { |name| undef_method(name) if method_defined?(name) }
    end
  end
end

Object.__send__(:remove_const, :ENV)
ENV = {} # rubocop:disable Style/MutableConstant

# The four ways of loading code, over the artifact first.
module Kernel
  alias amino_original_require require
  alias amino_original_load load

  class << self
    alias amino_original_require require
    alias amino_original_load load
  end

  def require(feature)
    path = Amino::Loading.resolve(feature.to_s)
    path ? Amino::Loading.once(path) : Amino::Loading.library(feature)
  end

  def require_relative(feature)
    path = Amino::Loading.relative(feature.to_s, caller_locations(1, 1)[0].path)
    found = Amino::Loading.resolve(path)
    found ? Amino::Loading.once(found) : Kernel.amino_original_require(path)
  end

  def load(file, wrap = false)
    Kernel.amino_original_load(Amino::Loading.find(File.expand_path(file.to_s, Amino::Loading::ROOT)) || file, wrap)
  end

  private :require, :require_relative, :load
  private :amino_original_require, :amino_original_load

  class << self
    def require(feature)
      Object.new.__send__(:require, feature)
    end

    def load(file, wrap = false)
      Object.new.__send__(:load, file, wrap)
    end
  end
end

lambda do |host, _amino|
  # Functions of their own: nothing that a guest can ask for leads to `host`.
  kind = Truffle::Interop.read_member(host, 'kind')
  Amino::Loading.define_singleton_method(:kind) { |path| kind.call(path) }
end
