# frozen_string_literal: true

module Amino
  # Blocks whose calls to an object happen as one or not at all. Calls of other threads and fibers stay outside.
  module Transactions
    KEY = :amino_transactions
    NONE = {}.freeze
    # Stands between a transaction's own name and the id of its object (docs/wire.md, option 5).
    OF = "@"
    private_constant :KEY, :NONE, :OF

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

      private

      def within(id, name)
        around = Thread.current[KEY] || NONE
        Thread.current[KEY] = { **around, id => name }.freeze
        yield
      ensure
        Thread.current[KEY] = around
      end

      def refuse_another(invoker, id)
        present = Thread.current[KEY]&.fetch(id, nil)
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
