# frozen_string_literal: true

module Amino
  # Clocks and random numbers: those of the moment, or those of a call with fixed circumstances (docs/guests.md). Each method
  # is replaced before code of the artifact runs. What differs between the replicas of an object and cannot be served is refused.
  module Fixed
    SECOND = 1_000_000_000
    UNITS = {second: SECOND, millisecond: 1_000_000, microsecond: 1_000, nanosecond: 1}.freeze
    PLACE = /(#<[A-Z][\w:]*):0x\h+/.freeze
    @on = false

    class << self
      # Whether the call that runs now has fixed circumstances.
      def on?
        @on
      end

      # The engine's generator belongs to the thread, and calls come on many.
      def fix(on)
        return if on == @on

        @on = on
        @generator = nil
        @places = nil
        OWN_SRAND.call(on ? new_seed : OWN_NEW_SEED.call)
      end

      def bytes(count)
        text = String.new
        while text.bytesize < count
          text << String.new(drawn([count - text.bytesize, 65_536].min).to_s).encode('ISO-8859-1').force_encoding('BINARY')
        end
        text
      end

      def new_seed
        bytes(16).unpack('Q<2').then { |low, high| low | (high << 64) }
      end

      # For libraries whose numbers come from the system.
      def generator
        @generator ||= OWN_RANDOM.call(new_seed)
      end

      def clock(unit)
        case unit
        when :float_second then nanos / 1e9
        when :float_millisecond then nanos / 1e6
        when :float_microsecond then nanos / 1e3
        else nanos / UNITS.fetch(unit) { raise ArgumentError, "unexpected unit: #{unit}" }
        end
      end

      # Numbers that no other call gives, in the order in which this call asks.
      def place(object)
        @places ||= {}.compare_by_identity
        @first = bytes(8).unpack1('Q<') >> 8 if @places.empty?
        @places[object] ||= @first + (8 * @places.size)
      end

      # Replaces a method: a block that answers in fixed circumstances gets the receiver and the arguments.
      def serve(owner, name, visibility = :public, &answer)
        # Bound at each call: an object may have undefined all that it does not want to have.
        own = owner.instance_method(name)
        owner.define_method(name) do |*args, **named, &block|
          Fixed.on? ? answer.call(self, *args, **named) : own.bind_call(self, *args, **named, &block)
        end
        owner.__send__(visibility, name)
      end

      def refuse_each(owner, title, *names)
        names.each do |name|
          serve(owner, name) { |*| refuse("#{title}.#{name}") } if owner.method_defined?(name) || owner.private_method_defined?(name)
        end
      end

      # Changes a part of the library once it is there.
      def required(feature)
        case feature.delete_suffix('.rb')
        when 'securerandom' then once(:SecureRandom) { secure_random }
        when 'weakref' then once(:WeakRef) { refuse_each(::WeakRef, 'WeakRef', :__getobj__, :weakref_alive?) }
        when 'objspace' then refuse_each(::ObjectSpace.singleton_class, 'ObjectSpace', :memsize_of, :memsize_of_all, :count_objects_size, :reachable_objects_from)
        end
      end

      private

      def once(name)
        @changed ||= {}
        return if @changed[name] || !::Object.const_defined?(name)

        @changed[name] = true
        yield
      end

      def secure_random
        owner = ::SecureRandom.singleton_class
        %i[gen_random bytes].each { |name| serve(owner, name) { |_, count| Fixed.bytes(count) } }
        %i[random_number rand].each { |name| serve(owner, name) { |_, *limit| Fixed.generator.random_number(*limit) } }
      end
    end

    OWN_SRAND = ::Random.method(:srand).to_proc
    OWN_NEW_SEED = ::Random.method(:new_seed).to_proc
    OWN_RANDOM = ::Random.method(:new).to_proc
  end
end

class Time
  class << self
    alias amino_own_now now
    private :amino_own_now

    def now(**options)
      return amino_own_now(**options) unless Amino::Fixed.on?

      nanos = Amino::Fixed.nanos
      at(nanos / Amino::Fixed::SECOND, nanos % Amino::Fixed::SECOND, :nsec, **options)
    end
  end
end

module Process
  class << self
    alias amino_own_clock_gettime clock_gettime
    private :amino_own_clock_gettime

    def clock_gettime(id, unit = :float_second)
      Amino::Fixed.on? ? Amino::Fixed.clock(unit) : amino_own_clock_gettime(id, unit)
    end
  end
end

class Random
  alias amino_own_initialize initialize
  private :amino_own_initialize

  def initialize(*seed)
    seed.empty? && Amino::Fixed.on? ? amino_own_initialize(Amino::Fixed.new_seed) : amino_own_initialize(*seed)
  end
end

module Kernel
  alias amino_own_inspect inspect
  alias amino_own_to_s to_s
  private :amino_own_inspect, :amino_own_to_s

  # Without the place in memory, which is another one in each process.
  def inspect
    Amino::Fixed.on? ? amino_own_inspect.gsub(Amino::Fixed::PLACE, '\1') : amino_own_inspect
  end

  def to_s
    Amino::Fixed.on? ? amino_own_to_s.gsub(Amino::Fixed::PLACE, '\1') : amino_own_to_s
  end
end

lambda do |host, amino|
  # Functions of their own: nothing that a guest can ask for leads to `host`.
  nanos, drawn, passing, refusal, allows = %w[fixedNanos fixedBytes fixedPass fixedRefusal allows].map { |name| Truffle::Interop.read_member(host, name) }
  fixed = Amino::Fixed
  fixed.define_singleton_method(:nanos) { nanos.call }
  fixed.define_singleton_method(:drawn) { |count| drawn.call(count) }
  fixed.define_singleton_method(:refuse) { |what| Amino.settle(refusal.call(what)) }

  random = Random.singleton_class
  fixed.serve(random, :new_seed) { |*| fixed.new_seed }
  fixed.serve(random, :urandom) { |_, count| fixed.bytes(count) }
  fixed.serve(random, :srand) { |_, seed = fixed.new_seed| Amino::Fixed::OWN_SRAND.call(seed) }
  [Kernel, Kernel.singleton_class].each do |owner|
    hidden = owner == Kernel ? :private : :public
    fixed.serve(owner, :srand, hidden) { |_, seed = fixed.new_seed| Amino::Fixed::OWN_SRAND.call(seed) }
    fixed.serve(owner, :sleep, hidden) do |_, seconds = nil|
      fixed.refuse('sleep without an end') if seconds.nil?
      passing.call((seconds * Amino::Fixed::SECOND).to_i)
      seconds.round
    end
  end
  fixed.refuse_each(Process.singleton_class, 'Process', :times, :getrusage, :clock_getres, :last_status)
  fixed.refuse_each(GC.singleton_class, 'GC', :stat, :count, :start, :measure_total_time, :total_time, :stat_heap, :latest_gc_info, :compact)
  fixed.refuse_each(ObjectSpace.singleton_class, 'ObjectSpace', :each_object, :count_objects, :garbage_collect, :define_finalizer, :undefine_finalizer, :_id2ref)
  weak = %i[[] key? include? member? size length each each_pair each_key each_value keys values delete getkey inspect]
  fixed.refuse_each(ObjectSpace::WeakMap, 'ObjectSpace::WeakMap', *weak)
  fixed.refuse_each(ObjectSpace::WeakKeyMap, 'ObjectSpace::WeakKeyMap', *weak) if ObjectSpace.const_defined?(:WeakKeyMap)
  verbose, $VERBOSE = $VERBOSE, nil
  fixed.serve(BasicObject, :__id__) { |object| fixed.place(object) }
  fixed.serve(Kernel, :object_id) { |object| fixed.place(object) }
  # The engine gives these a place in memory for a hash.
  {NilClass => 8, TrueClass => 20, FalseClass => 4}.each { |owner, number| owner.define_method(:hash) { number } }
  $VERBOSE = verbose
  fixed.refuse_each(Thread.singleton_class, 'Thread', :new, :start, :fork) if allows.call('threads')
  amino['fix'] = ->(on) { fixed.fix(on) }
end
