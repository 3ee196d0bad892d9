# frozen_string_literal: true

module Amino
  # Writes an object and all that it holds as nodes, without recursion: one record for each object, in the order in
  # which they are found.
  class GraphWriter
    include Builtins
    include Kinds

    # What cannot be captured, as `path (class: why; what to do)`.
    attr_reader :lost, :nodes, :named

    # @param constants the objects that are named instead of written, by identity
    # @param loose whether what cannot be captured is written by its identity: for prints of constants
    def initialize(root, constants, loose: false)
      @root = root
      @constants = constants
      @loose = loose
      @columns = GraphColumns.new
      @slots = @columns.slots
      @nodes = []
      @parents = []
      @starts = []
      @numbers = {}.compare_by_identity
      @kinds = {}.compare_by_identity
      @ordinary = {}.compare_by_identity
      @shapes = {}.compare_by_identity
      @frozen_shapes = {}.compare_by_identity
      @named = {}
      @at = 0
      @lost = []
    end

    def run(most = nil)
      slot(@root)
      while @at < @nodes.size && (most.nil? || @at < most)
        @starts << @slots.size
        node(@nodes[@at])
        @at += 1
      end
      @named.each { |name, number| lose(CHANGED, number) unless Constants.unchanged?(name) } unless @loose
      self
    end

    CHANGED = 'it is in a constant and may have changed since the artifact was loaded, and constants are no part of ' \
              'an object; keep a copy (dup) in the object, or freeze what is in the constant'

    # Whose method made what came back different: the object that holds the node and says itself how it is saved, if any.
    def maker(number)
      at = number
      until at.zero?
        return at if [K_HOOKED, K_LOADED].include?(@kinds[CLASS.call(@nodes[at])])

        at = @parents[at]
      end
      number
    end

    def whole?
      @at == @nodes.size
    end

    def data
      @data ||= @columns.to_h
    end

    # The slots of one record.
    def record_of(number)
      @slots[@starts[number]...(@starts[number + 1] || @slots.size)] if number < @starts.size
    end

    # A number that differs when what was written does.
    def fingerprint
      data.hash
    end

    # The names and kinds of what was written.
    def shape_keys
      @columns.shapes.keys
    end

    private

    def slot(value)
      case value
      when ::Integer then @columns.integer(value)
      when nil then GraphColumns::NIL
      when ::Symbol then @columns.symbol(value)
      when true then GraphColumns::TRUE
      when false then GraphColumns::FALSE
      when ::Float then @columns.float(value)
      else reach(value)
      end
    end

    def reach(value)
      number = @numbers[value]
      unless number
        number = @numbers[value] = @nodes.size
        @nodes << value
        @parents << @at
      end
      number << 3
    end

    def node(value)
      name = @constants[value]
      return constant(name) if name && @at.positive?
      return variables(value) if @at.zero? && ::Module === value

      kind = CLASS.call(value)
      number = @kinds[kind] ||= kind_of(kind)
      @direct = @ordinary[kind]
      owner = kind.equal?(Offered.cls) && @at.positive? && !@loose ? OWNERS[value] : nil
      return reference([owner, Offered.class_name, 0, nil]) if owner
      return lose(number) if ::String === number
      return plain(kind, value) if number == K_OBJECT

      written(kind, number, value)
    end

    def kind_of(kind)
      @ordinary[kind] = Builtins.ordinary?(kind)
      Kinds.of(kind)
    end

    def written(kind, number, value)
      case number
      when K_STRING then string(kind, value)
      when K_ARRAY then array(kind, value)
      when K_HASH then table(kind, value)
      when K_SET then set(kind, value)
      when K_STRUCT then struct(kind, value)
      when K_HOOKED, K_LOADED, K_DUMPED then protocol(kind, number, value)
      else GraphParts.write(self, kind, number, value)
      end
    end

    def plain(kind, value)
      names = open(kind, K_OBJECT, value)
      close(value, names) if names
    end

    # Begins a record: its shape says kind, class, frozenness, modules and instance variables. Gives the variables'
    # names; nil when the object is lost.
    def open(kind, number, value, extra = nil)
      extended = nil
      unless @direct && value.singleton_methods.empty? && Constants::MARKERS.empty?
        extended = GraphParts.modules(kind, value)
        @direct = false
      end
      frozen = @direct ? value.frozen? : FROZEN.bind_call(value)
      names = @direct ? value.instance_variables : VARIABLES.bind_call(value)
      names = GraphParts.names(number, names) unless names.empty?
      return lose(extended) && nil if ::String === extended

      @slots << shape(kind, number, frozen, extended, names, extra)
      names
    end

    def shape(kind, number, frozen, extended, names, extra) # rubocop:disable Metrics/ParameterLists
      by_class = frozen ? @frozen_shapes : @shapes
      last = by_class[kind]
      unless last && last[1] == names && last[2] == extra && last[3] == extended && last[4] == number
        key = [number, NAME.bind_call(kind), frozen, extended, names.map(&:name), extra]
        by_class[kind] = last = [@columns.shape(key), names, extra, extended, number]
      end
      last[0]
    end

    def close(value, names)
      if @direct
        names.each { |name| @slots << slot(value.instance_variable_get(name)) }
      else
        names.each { |name| @slots << slot(GET.bind_call(value, name)) }
      end
    end

    # A module as the root: its variables, for the module is there wherever the artifact is.
    def variables(mod)
      names = VARIABLES.bind_call(mod)
      @slots << @columns.shape([K_OBJECT, 'Object', false, nil, names.map(&:name), nil])
      close(mod, names)
    end

    def constant(name)
      bare(K_CONSTANT, name)
      @named[name] = @at
    end

    def string(kind, value)
      encoding = @direct ? value.encoding : STRING_ENCODING.bind_call(value)
      names = open(kind, K_STRING, value, encoding.name)
      return unless names

      @slots << @columns.text(@direct ? value.b : STRING_BINARY.bind_call(value))
      close(value, names)
    end

    def array(kind, value)
      names = open(kind, K_ARRAY, value)
      return unless names

      @slots << ARRAY_SIZE.bind_call(value)
      ARRAY_EACH.bind_call(value) { |item| @slots << slot(item) }
      close(value, names)
    end

    def table(kind, value)
      lose_part(value, GraphParts::BLOCK) if HASH_PROC.bind_call(value)
      names = open(kind, HASH_IDENTITY.bind_call(value) ? K_IDENTITY : K_HASH, value)
      return unless names

      pairs(value, HASH_DEFAULT.bind_call(value))
      close(value, names)
    end

    def pairs(value, default)
      lose_part(value, GraphParts::STALE) if !@loose && GraphParts.stale?(value)
      @slots << HASH_SIZE.bind_call(value) << slot(default)
      HASH_EACH.bind_call(value) do |key, item|
        @slots << slot(key) << slot(item)
      end
    end

    def set(kind, value)
      items = GET.bind_call(value, :@hash)
      lose_part(value, GraphParts::STALE) if !@loose && GraphParts.stale?(items)
      names = open(kind, K_SET, value, HASH_IDENTITY.bind_call(items))
      return unless names

      @slots << HASH_SIZE.bind_call(items)
      HASH_EACH.bind_call(items) { |item, _| @slots << slot(item) }
      close(value, names)
    end

    def struct(kind, value)
      names = open(kind, K_STRUCT, value)
      return unless names

      items = STRUCT_VALUES.bind_call(value)
      @slots << items.size
      items.each { |item| @slots << slot(item) }
      close(value, names)
    end

    # A class that says itself how it is saved.
    def protocol(kind, number, value)
      return lose(GraphParts::SINGLE) if number == K_DUMPED && GraphParts.single?(kind, value)

      method = {K_HOOKED => :amino_save, K_LOADED => :marshal_dump, K_DUMPED => :_dump}[number]
      saved = SEND.bind_call(value, method, *(number == K_DUMPED ? [-1] : []))
      return lose('its method _dump does not give a String; correct it') if number == K_DUMPED && !(::String === saved)

      own = SINGLETON_METHODS.bind_call(value, true).sort.map(&:name)
      own.unshift(saved.encoding.name) if number == K_DUMPED
      bare(number, NAME.bind_call(kind), own, frozen: FROZEN.bind_call(value))
      @slots << (number == K_DUMPED ? @columns.text(saved.b) : slot(saved))
    rescue ::StandardError => e
      lose("its method #{method} raised #{NAME.bind_call(CLASS.call(e))}: #{e.message}")
    end

    public

    # For GraphParts: a record of atoms and texts.
    def record(kind, number, value, extra = nil)
      names = open(kind, number, value, extra)
      return unless names

      yield
      close(value, names)
    end

    def count(number)
      @slots << number
    end

    def put(value)
      @slots << slot(value)
    end

    def put_text(text)
      @slots << @columns.text(STRING_BINARY.bind_call(text))
    end

    # A record without variables: only a name.
    def bare(number, name, extra = nil, frozen: false)
      @slots << @columns.shape([number, name, frozen, nil, [], extra])
    end

    # A reference to another object of the system.
    def reference(target)
      bare(K_REFERENCE, 'Amino::Reference')
      target.each { |part| @slots << slot(part) }
    end

    # The node cannot be captured: nil stands in its place.
    def lose(why, number = @at)
      if @loose
        bare(K_LOST, number == @at ? @nodes[number].__id__.to_s : '')
        return true
      end
      bare(K_LOST, '') if number == @at
      lose_part(@nodes[number], why, number)
    end

    # A part of the node cannot be captured; the rest is.
    def lose_part(value, why, number = @at)
      @lost << described(number, why, value) unless @loose
      true
    end

    def described(number, why, value = @nodes[number])
      name = NAME.bind_call(CLASS.call(value)) || 'a class without name'
      "#{GraphPaths.of(@nodes, @parents, number)} (#{name}: #{why})"
    end
  end
end

->(_host, _amino) {}
