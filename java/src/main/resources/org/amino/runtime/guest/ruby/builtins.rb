# frozen_string_literal: true

module Amino
  # Methods that the capture of a state asks objects by. They are taken before code of the artifact runs: a class may
  # have a method `class`, `frozen?` or `to_a` of its own, and BasicObject has none of them.
  module Builtins
    # An unbound method takes a detour; the engine tells the class of an object at once.
    CLASS = ::Truffle::Interop.method(:meta_object)
    FROZEN = ::Kernel.instance_method(:frozen?)
    FREEZE = ::Kernel.instance_method(:freeze)
    VARIABLES = ::Kernel.instance_method(:instance_variables)
    GET = ::Kernel.instance_method(:instance_variable_get)
    SET = ::Kernel.instance_method(:instance_variable_set)
    EXTEND = ::Kernel.instance_method(:extend)
    RAISE = ::Kernel.instance_method(:raise)
    SINGLETON_METHODS = ::Kernel.instance_method(:singleton_methods)
    SINGLETON_CLASS = ::Kernel.instance_method(:singleton_class)
    SEND = ::BasicObject.instance_method(:__send__)
    ALLOCATE = ::Class.instance_method(:allocate)
    SUPERCLASS = ::Class.instance_method(:superclass)
    NAME = ::Module.instance_method(:name)
    ANCESTORS = ::Module.instance_method(:ancestors)
    CONSTANTS = ::Module.instance_method(:constants)
    CONST_GET = ::Module.instance_method(:const_get)
    AUTOLOAD = ::Module.instance_method(:autoload?)
    METHOD = ::Module.instance_method(:instance_method)

    STRING_BINARY = ::String.instance_method(:b)
    STRING_ENCODING = ::String.instance_method(:encoding)
    STRING_REPLACE = ::String.instance_method(:replace)
    ARRAY_EACH = ::Array.instance_method(:each)
    ARRAY_SIZE = ::Array.instance_method(:size)
    ARRAY_CONCAT = ::Array.instance_method(:concat)
    HASH_EACH = ::Hash.instance_method(:each_pair)
    HASH_SIZE = ::Hash.instance_method(:size)
    HASH_KEY = ::Hash.instance_method(:key?)
    HASH_STORE = ::Hash.instance_method(:store)
    HASH_DEFAULT = ::Hash.instance_method(:default)
    HASH_SET_DEFAULT = ::Hash.instance_method(:default=)
    HASH_PROC = ::Hash.instance_method(:default_proc)
    HASH_IDENTITY = ::Hash.instance_method(:compare_by_identity?)
    HASH_BY_IDENTITY = ::Hash.instance_method(:compare_by_identity)
    STRUCT_VALUES = ::Struct.instance_method(:to_a)
    STRUCT_SET = ::Struct.instance_method(:[]=)
    RANGE_NEW = ::Range.singleton_class.instance_method(:new)
    RANGE_INITIALIZE = ::Range.instance_method(:initialize)
    RANGE_BEGIN = ::Range.instance_method(:begin)
    RANGE_END = ::Range.instance_method(:end)
    RANGE_EXCLUDES = ::Range.instance_method(:exclude_end?)
    TIME_AT = ::Time.singleton_class.instance_method(:at)
    TIME_SECONDS = ::Time.instance_method(:to_i)
    TIME_NANOS = ::Time.instance_method(:nsec)
    TIME_IS_UTC = ::Time.instance_method(:utc?)
    TIME_UTC = ::Time.instance_method(:utc)
    TIME_LOCAL = ::Time.instance_method(:localtime)
    TIME_ZONE = ::Time.instance_method(:zone)
    TIME_OFFSET = ::Time.instance_method(:utc_offset)
    ERROR_INITIALIZE = ::Exception.instance_method(:initialize)
    ERROR_TEXT = ::Exception.instance_method(:to_s)
    ERROR_CAUSE = ::Exception.instance_method(:cause)
    ERROR_BACKTRACE = ::Exception.instance_method(:backtrace)
    ERROR_SET_BACKTRACE = ::Exception.instance_method(:set_backtrace)
    MUTEX_LOCKED = ::Thread::Mutex.instance_method(:locked?)

    # What Ruby's own errors hold beside message and instance variables: names of readers, in the order of `initialize`.
    ERROR_PARTS = {
      ::NoMethodError => %i[name args receiver], ::NameError => %i[name receiver], ::FrozenError => %i[receiver],
      ::SystemExit => %i[status], ::SystemCallError => %i[errno]
    }.compare_by_identity.freeze
    ERROR_READERS = ERROR_PARTS.to_h do |kind, names|
      [kind, names.map { |name| kind.instance_method(name) }]
    end.compare_by_identity.freeze
    ERROR_MAKERS = ERROR_PARTS.to_h do |kind, _|
      [kind, kind.instance_method(:initialize)]
    end.compare_by_identity.freeze

    # What may be asked without a detour, as long as neither a class nor Kernel has another method of that name.
    DIRECT = {
      frozen?: FROZEN, instance_variables: VARIABLES, instance_variable_get: GET, instance_variable_set: SET,
      singleton_methods: SINGLETON_METHODS
    }.freeze
    DIRECT_TEXT = {encoding: STRING_ENCODING, b: STRING_BINARY}.freeze

    class << self
      # Whether objects of a class answer as Ruby's own objects do.
      def ordinary?(kind)
        same?(kind, DIRECT) && (!(kind <= ::String) || same?(kind, DIRECT_TEXT))
      end

      def same?(kind, methods)
        methods.all? { |name, method| METHOD.bind_call(kind, name) == method }
      rescue ::NameError
        false
      end

      # The module in which Data keeps the methods of a class that Data.define made.
      def data_methods(kind)
        ancestors = ANCESTORS.bind_call(kind)
        ancestors[ancestors.index(::Data) - 1]
      end

      # The class of Ruby's own errors that holds parts of its own, or nil.
      def error_base(kind)
        ERROR_PARTS.each_key { |base| return base if kind <= base }
        nil
      end

      # A class or module by its whole name, when it is what stands there.
      def named(name)
        name.split('::').reduce(::Object) { |scope, part| CONST_GET.bind_call(scope, part, false) }
      end
    end
  end
end

->(_host, _amino) {}
