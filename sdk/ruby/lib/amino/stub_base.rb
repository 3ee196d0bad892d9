# frozen_string_literal: true

require_relative "errors"

module Amino
  # What Ruby and its tools ask of every object; a stub answers it, or refuses it, by itself, and sends no call for it.
  class StubBase < BasicObject
    # Names that are no members: they are refused in words, by what they are.
    SPECIAL = {
      **%i[
        to_ary to_str to_hash to_proc to_io to_path to_int to_sym to_regexp to_open to_msgpack coerce _dump respond_to_missing?
      ].to_h { |name| [name, :conversion] },
      **%i[<=> < <= > >= + - * / % ** & | ^ ~ << >> =~ !~ +@ -@ [] []=].to_h { |name| [name, :operator] },
      **%i[
        with withOptions with_option withOption with_opts with_deadline with_timeout withDeadline withTimeout call_options
      ].to_h { |name| [name, :guess] },
      **%i[options option opts deadline timeout options= deadline= timeout=].to_h { |name| [name, :guess_unless_listed] }
    }.freeze
    private_constant :SPECIAL

    # @param invoker [Invoker]
    def initialize(invoker)
      @invoker = invoker
    end

    # The reference that travels instead of the object.
    # @return [Reference]
    def to_amino_reference = @invoker.place.reference

    def ==(other) = ::Amino::StubBase === other && other.class == self.class && other.to_amino_reference.id == to_amino_reference.id

    alias eql? ==
    alias === ==

    def !=(other) = !(self == other)

    def hash = to_amino_reference.id.hash

    def object_id = __id__

    def is_a?(kind) = kind == self.class || kind == ::Amino::StubBase || kind == ::BasicObject

    alias kind_of? is_a?
    alias instance_of? is_a?

    def nil? = false

    # Whether it is a method of the stub itself, or a member that the object is known to list. Nobody is asked.
    def respond_to?(name, _include_all = false) = self.class::OWN.include?(name.to_sym) || listed?(name)

    # The names of the stub's own methods and of the object's members. Where nothing is known of the object yet, this asks for it, once.
    # @return [Array<Symbol>]
    def methods(_regular = true) = self.class::OWN | @invoker.place.interface!.to_a.map { |member| member.name.to_sym }

    alias public_methods methods

    # A member as a callable value, for `map(&stub.method(:incr))`.
    # @return [Proc]
    def method(name) = ::Kernel.lambda { |*args, **kwargs| __send__(name, *args, **kwargs) }

    def public_send(name, ...) = __send__(name, ...)

    # A stub stands for its object; a copy would stand for the same one.
    def dup = self
    def clone(freeze: nil) = self

    def inspect = "#<#{self.class} #{@invoker}>"

    alias to_s inspect

    def pretty_print(printer) = printer.text(inspect)

    alias pretty_print_cycle pretty_print

    def pretty_inspect = "#{inspect}\n"

    # A stub belongs to a connection.
    # @raise [TypeError] always
    def marshal_dump
      ::Kernel.raise ::TypeError, "a stub cannot be stored: it belongs to a connection. Keep the id, stub.to_amino_reference.id, " \
                                  "and get the stub again with client.get(id)"
    end

    def encode_with(_coder) = marshal_dump

    def to_json(*options) = { "amino" => to_amino_reference.id }.to_json(*options)

    private

    def listed?(name) = @invoker.place.lists?(name.to_s)

    # Raises for a name that is no member.
    def refuse(name)
      case SPECIAL.fetch(name)
      when :conversion then ::Kernel.raise ::NoMethodError, "a stub cannot be converted by #{name}"
      when :operator then ::Kernel.raise ::NoMethodError, "#{inspect} has no operator #{name}: call a member instead"
      when :guess then refuse_guess(name) unless listed?(name)
      when :guess_unless_listed then refuse_guess(name) if @invoker.place.interface && !listed?(name)
      end
    end

    def refuse_guess(name)
      ::Kernel.raise ::NoMethodError, "#{name} is no member; did you mean stub.with_options(deadline: …)? Where the object does have it, " \
                                      "use stub.call(:#{name})"
    end

    def refuse_block(name)
      ::Kernel.raise ArgumentInvalid, "a block cannot travel; #{name} was given one. Call a member that gives the values, and use them here"
    end

    def respond_to_missing?(_name, _include_all) = false
  end
end
