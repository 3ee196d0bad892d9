# frozen_string_literal: true

module Amino
  # Where a node stands, in the words of the person who wrote the class: `@handlers[2].@callback`.
  module GraphPaths
    LONGEST = 60

    class << self
      include Builtins
      include Kinds

      def of(nodes, parents, number)
        parts = []
        until number.zero?
          parent = parents[number]
          parts << part(nodes[parent], nodes[number])
          number = parent
        end
        return 'the object itself' if parts.empty?

        parts.reverse.join.delete_prefix('.')
      end

      private

      def part(parent, child)
        name = VARIABLES.bind_call(parent).find { |variable| child.equal?(GET.bind_call(parent, variable)) }
        return ".#{name}" if name

        case kind = Kinds.of(CLASS.call(parent))
        when K_ARRAY then "[#{parent_index(parent, child)}]"
        when K_HASH then pair(parent, child)
        when K_SET then element(GET.bind_call(parent, :@hash), child)
        when K_STRUCT, K_DATA then member(kind, parent, child)
        when K_RANGE then child.equal?(RANGE_BEGIN.bind_call(parent)) ? '.begin' : '.end'
        when K_ERROR then error(parent, child)
        when K_HOOKED then '.amino_save'
        else '.marshal_dump'
        end
      end

      def member(kind, parent, child)
        names = CLASS.call(parent).members
        return ".#{names[STRUCT_VALUES.bind_call(parent).index { |item| child.equal?(item) }]}" if kind == K_STRUCT

        fields = METHOD.bind_call(Builtins.data_methods(CLASS.call(parent)), :to_h).bind_call(parent)
        ".#{fields.find { |_, item| child.equal?(item) }&.first}"
      end

      def parent_index(parent, child)
        at = 0
        ARRAY_EACH.bind_call(parent) do |item|
          return at if child.equal?(item)

          at += 1
        end
        '?'
      end

      def pair(parent, child)
        at = 0
        HASH_EACH.bind_call(parent) do |key, item|
          return ".keys[#{at}]" if child.equal?(key)
          return short?(key) ? "[#{key.inspect}]" : ".values[#{at}]" if child.equal?(item)

          at += 1
        end
        '.default'
      end

      def short?(key)
        case key
        when nil, true, false, ::Integer then true
        when ::Symbol then key.name.match?(/\A\w{1,60}\z/)
        when ::String then key.size <= LONGEST && key.match?(/\A[\w .:-]*\z/)
        else false
        end
      end

      def element(hash, child)
        at = 0
        HASH_EACH.bind_call(hash) do |key, _|
          return ".to_a[#{at}]" if child.equal?(key)

          at += 1
        end
        '.to_a'
      end

      def error(parent, child)
        return '.cause' if child.equal?(ERROR_CAUSE.bind_call(parent))

        GraphParts.error_parts(CLASS.call(parent), parent).each do |name, item|
          return ".#{name}" if child.equal?(item)
        end
        child.equal?(ERROR_TEXT.bind_call(parent)) ? '.message' : '.backtrace'
      end
    end
  end
end

->(_host, _amino) {}
