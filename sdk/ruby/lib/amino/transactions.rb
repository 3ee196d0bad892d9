# frozen_string_literal: true

require "securerandom"

module Amino
  # Blocks whose calls to an object happen as one or not at all. Calls of other threads and fibers stay outside.
  module Transactions
    KEY = :amino_transactions
    NONE = {}.freeze
    # Stands between a transaction's own name and the id of its object (docs/wire.md, option 5).
    OF = "@"
    # Stands for the object's id in the name of a transaction over several objects.
    ALL = "*"
    private_constant :KEY, :NONE, :OF, :ALL

    class << self
      # @param invoker [Invoker] of the object
      # @param manager [String, nil] nil: the first that has transactions
      # @yieldparam name [String] of the transaction
      # @return [Object] what the block returns
      # @raise [Amino::TransactionConflict] at its end, with managers that let transactions run beside one another; begin again
      # @raise [Amino::TransactionInvalid] its lease has ended; or the block is in a transaction of the object already
      def run(invoker, manager)
        id = invoker.place.reference.id
        refuse_another(invoker, id)
        name = invoker.command(:start_transaction, [], {}, manager)
        begin
          result = within(id, name) { yield name }
          ended = true
        ensure
          # Also where the block is left by an interrupt, or by `break` or `throw`.
          roll_back(invoker, name, manager) unless ended
        end
        invoker.command(:commit, [name], {}, manager)
        result
      end

      # What a call to an object carries here: the transaction of the object, and those of others, which it may reach.
      # @return [String, nil]
      def for(id)
        open = Thread.current[KEY]
        return if open.nil? || open.empty?

        names = open.filter_map { |owner, name| name if owner == id || name.include?(OF) }
        names.empty? ? nil : names.join(" ")
      end

      # The options of a call to an object here. In a transaction over several objects it has an id of its own, by which it counts once.
      # @return [CallOptions]
      def options(id, options)
        name = self.for(id) unless options.transaction
        return options if name.nil?

        own = Thread.current[KEY].key?(ALL) ? { request_id: options.request_id || SecureRandom.uuid } : {}
        options.with(transaction: name, **own)
      end

      # Runs a block in a transaction over several objects.
      def inside(name, &) = within(ALL, name, &)

      # @raise [Amino::TransactionInvalid] here is a transaction already
      def refuse_inside
        present = Thread.current[KEY]&.values&.first
        return if present.nil?

        message = "no transaction was started inside transaction #{present}: end that one first, or make the calls in it"
        raise TransactionInvalid.new(message, details: { "transaction" => present }, outcome: :not_run)
      end

      private

      def within(id, name)
        around = Thread.current[KEY] || NONE
        Thread.current[KEY] = { **around, id => name }.freeze
        yield
      ensure
        Thread.current[KEY] = around
      end

      def refuse_another(invoker, id)
        present = Thread.current[KEY]&.fetch(id, nil) || Thread.current[KEY]&.fetch(ALL, nil)
        return if present.nil?

        message = "no second transaction of #{invoker} was started inside its transaction #{present}, for whose end it would wait: " \
                  "end that one first, or make the calls in it"
        raise TransactionInvalid.new(message, details: { "object" => id, "transaction" => present }, outcome: :not_run)
      end

      def roll_back(invoker, name, manager)
        invoker.command(:rollback, [name], {}, manager)
      rescue Error
        nil # what the block ended with matters more; the transaction ends with its lease
      end
    end
  end
end
