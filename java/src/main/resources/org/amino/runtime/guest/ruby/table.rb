# frozen_string_literal: true

module Amino
  # What Java sees of this runtime: members by name.
  class Table
    include Polyglot::ObjectTrait

    def initialize
      @members = {}
    end

    def []=(name, value)
      @members[name.to_s] = value
    end

    def [](name)
      @members[name.to_s]
    end

    def polyglot_has_members?
      true
    end

    def polyglot_member_readable?(name)
      @members.key?(String.new(name.to_s))
    end

    def polyglot_read_member(name)
      @members[String.new(name.to_s)]
    end

    def polyglot_members(_internal = false)
      @members.keys
    end
  end
end
