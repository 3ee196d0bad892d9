# What a state of Ruby is, described without knowledge of how it is captured: every object in the order of the first visit, with its class, whether it is
# frozen, the modules it was extended with, its instance variables in their order, and what it holds. Two states are alike where the two texts are.
require 'bigdecimal'
require 'date'
require 'digest'

NONE = Object.new.freeze
DEFAULTS = {colors: %w[red blue], depth: 3}
module Skill
  def skill = 'skilled'
end

module Marker; end

class Color
  attr_reader :name

  def initialize(name)
    @name = name
  end
  RED = new('red')
  BLUE = new('blue')
end

class Plain; end
class Twisted
  def class = String
  def frozen? = false
  def instance_variables = []
  def respond_to?(*) = true
  def ==(_other) = raise('compared')
  def hash = raise('hashed')
end

class Bare < BasicObject
  def put(value) = @value = value
end

class MyArray < Array
  def each = raise('asked')
end

class MyHash < Hash; end
class MyString < String; end
class MySet < Set; end
class MyTime < Time; end
class Dice < Random; end
class Holiday < Date; end
class MyRange < Range; end
class MyNumber < Numeric
  def initialize(value)
    @value = value
  end
end
Point = Struct.new(:x, :y)
class Point3 < Point
  attr_accessor :z
end
Keyed = Struct.new(:x, :y, keyword_init: true)
Pair = Data.define(:left, :right)
class Checked < Pair
  def initialize(left:, right: 0)
    @sum = [left, right]
    super
  end
end

class Step
  include Comparable
  attr_reader :at

  def initialize(at)
    @at = at
  end

  def <=>(other) = at <=> other.at
end

class Broken < StandardError
  attr_reader :place, :size

  def initialize(place, size)
    @place = place
    @size = size
    super("broken at #{place}")
  end
end

class Missing < KeyError; end
class Loaded
  attr_accessor :value

  def initialize(value)
    @value = value
    @cache = :never_saved
  end

  def marshal_dump = {saved: @value}

  def marshal_load(saved)
    @value = saved[:saved]
    @cache = :never_saved
  end
end

class Hooked
  attr_accessor :value

  def initialize(value)
    @value = value
  end

  def amino_save = [@value]

  def amino_load(saved)
    @value = saved.first
  end
end

class Dumped
  attr_reader :value

  def initialize(value)
    @value = value
  end

  def _dump(_level) = @value.to_s
  def self._load(text) = new(text.to_i)
end

# The description.
class Description
  CLASS = Kernel.instance_method(:class)
  FROZEN = Kernel.instance_method(:frozen?)
  NAMES = Kernel.instance_method(:instance_variables)
  READ = Kernel.instance_method(:instance_variable_get)
  META = Kernel.instance_method(:singleton_class)
  OWN = Kernel.instance_method(:singleton_methods)
  EACH = Array.instance_method(:each)
  KNOWN = {NONE => 'NONE', DEFAULTS => 'DEFAULTS', Color::RED => 'Color::RED', Color::BLUE => 'Color::BLUE', STDOUT => 'STDOUT'}.compare_by_identity
  INTERNAL = %i[@hash @randomizer @numerator @denominator @real @imag].freeze

  def initialize
    @numbers = {}.compare_by_identity
    @found = []
  end

  def of(root)
    ref(root)
    lines = []
    lines << "##{lines.size} #{line(@found[lines.size])}" while lines.size < @found.size
    lines.join("\n")
  end

  # A value in a line: itself where it has no identity, else its name or its number.
  def ref(value)
    case value
    when nil, true, false, Integer then value.inspect
    when Float then "float #{[value].pack('G').unpack1('H*')}"
    when Symbol then "symbol #{bytes(value.name)}"
    when Module then "module #{value}"
    else "#{KNOWN[value] || number(value)}"
    end
  end

  def number(value)
    "##{@numbers[value] ||= @found.push(value).size - 1}"
  end

  def bytes(text)
    "#{text.encoding} #{text.b.unpack1('H*')}"
  end

  def refs(items)
    texts = []
    EACH.bind_call(items) { |item| texts << ref(item) }
    texts.join(', ')
  end

  def line(value)
    kind = CLASS.bind_call(value)
    names = NAMES.bind_call(value)
    names -= INTERNAL if Set === value || Random === value || Numeric === value && kind != MyNumber
    variables = names.map { |name| "#{name}=#{ref(READ.bind_call(value, name))}" }
    "#{kind}#{' frozen' if FROZEN.bind_call(value)} #{modules(kind, value)} #{content(kind, value)} {#{variables.join('; ')}}"
  end

  # The modules that an object was extended with.
  def modules(kind, value)
    META.bind_call(value).ancestors.take_while { |mod| mod != kind }.reject(&:singleton_class?)
  rescue TypeError
    []
  end

  def content(kind, value)
    case value
    when String then "text #{bytes(value)}"
    when Array then "items #{refs(value)}"
    when Hash then "#{'identity ' if value.compare_by_identity?}pairs #{pairs(value)} else #{ref(value.default)} #{found(value)}"
    when Set then "#{'identity ' if value.compare_by_identity?}set #{refs(value.to_a)} #{value.all? { |item| value.include?(item) }}"
    when Struct then "members #{kind.members} #{refs(value.to_a)} #{kind.keyword_init?.inspect}"
    when Data then "members #{value.to_h.map { |name, item| "#{name}: #{ref(item)}" }.join(', ')}"
    when Range then "range #{ref(value.begin)} #{ref(value.end)} #{value.exclude_end?}"
    when Regexp then "regexp #{bytes(value.source)} #{value.options} #{value.encoding} #{value.names}"
    when Time then "time #{value.to_i} #{value.nsec} #{value.utc?} #{value.utc_offset} #{value.zone.inspect}"
    when Rational then "rational #{value.numerator} #{value.denominator}"
    when Complex then "complex #{ref(value.real)} #{ref(value.imaginary)}"
    when Exception then error(value)
    when Encoding then value.name
    when Thread::Mutex then "mutex #{value.locked?}"
    when Random then "random #{value.seed}"
    end
  end

  def pairs(hash)
    hash.map { |key, item| "#{ref(key)} => #{ref(item)}" }.join(', ')
  end

  # Whether each key is found by itself.
  def found(hash)
    hash.each_key.all? { |key| hash.key?(key) }
  rescue RuntimeError
    'not asked'
  end

  def error(error)
    own = %i[name args receiver key status errno result].map do |name|
      error.respond_to?(name) ? "#{name} #{ref(error.public_send(name))}" : nil
    rescue ArgumentError
      nil
    end
    trace = error.backtrace&.map { |text| bytes(text) }&.join(' ')
    "error #{bytes(error.message)} because #{ref(error.cause)} from #{trace.inspect} #{own.compact.join(' ')}"
  end
end

# Whether a path as an error shows it leads to a part.
module Path
  PART = /\.?(@\w+)|\[(\d+)\]|\[(:\w+)\]|\["([^"]*)"\]|\[(nil|true|false)\]|\.?(keys|values|to_a)\[(\d+)\]|\.?(\w+)/

  def self.reach?(root, path)
    return true if path == 'the object itself'

    at = 0
    while at < path.size
      part = PART.match(path, at)
      return false unless part && part.begin(0) == at

      at = part.end(0)
      root = step(root, part)
    end
    true
  rescue NoMethodError, IndexError, KeyError
    false
  end

  def self.step(value, part)
    name, index, symbol, text, atom, list, place, member = part.captures
    return variable(value, name) if name
    return Array === value ? Array.instance_method(:fetch).bind_call(value, index.to_i) : value.fetch(index.to_i) if index
    return value.fetch(symbol[1..].to_sym) if symbol
    return value.fetch(text) if text
    return value.fetch({'nil' => nil, 'true' => true, 'false' => false}[atom]) if atom

    list ? value.public_send(list).fetch(place.to_i) : value.public_send(member)
  end

  def self.variable(value, name)
    raise KeyError unless Description::NAMES.bind_call(value).include?(name.to_sym)

    Description::READ.bind_call(value, name)
  end
end

module Described
  def describe = Description.new.of(self)
  def reaches(path) = Path.reach?(self, path)
end

# The root may be of any class: State makes one by the number of the program.
class State
  include Described

  def self.new(number)
    ROOTS.fetch(number % ROOTS.size).call(BUILDS.fetch(number).call)
  end

  def initialize(_number); end
end

class PlainRoot
  include Described

  def initialize(value)
    @value = value
  end
end

class ArrayRoot < Array; include Described; end
class HashRoot < Hash; include Described; end
class StringRoot < String; include Described; end
class SetRoot < Set; include Described; end
StructRoot = Struct.new(:value) { include Described }
DataRoot = Data.define(:value) { include Described }
class ErrorRoot < StandardError
  include Described
  attr_accessor :value
end
class ProtocolRoot < Loaded; include Described; end
ROOTS = [
  ->(value) { PlainRoot.new(value) }, ->(value) { ArrayRoot[value, value] }, ->(value) { PlainRoot.new(value) },
  ->(value) { HashRoot.new.tap { |root| root[:value] = value } }, ->(value) { PlainRoot.new(value) }, ->(value) { StructRoot.new(value) },
  ->(value) { StringRoot.new('root').tap { |root| root.instance_variable_set(:@value, value) } }, ->(value) { PlainRoot.new(value) },
  ->(value) { SetRoot.new.tap { |root| root.instance_variable_set(:@value, value) } }, ->(value) { DataRoot.new(value: value) },
  ->(value) { ErrorRoot.new('root').tap { |root| root.value = value } }, ->(value) { ProtocolRoot.new(value) }
].freeze
