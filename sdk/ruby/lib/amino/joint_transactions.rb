# frozen_string_literal: true

require "English"
require "securerandom"

module Amino
  # Blocks whose calls, to however many objects, happen as one or not at all.
  module JointTransactions
    # Seconds for the end of a transaction where nobody answers.
    PATIENCE = 30
    AGAIN = 0.5
    FIRST_PAUSE = 0.02
    LONGEST_PAUSE = 1.0
    private_constant :PATIENCE, :AGAIN, :FIRST_PAUSE, :LONGEST_PAUSE

    # Runs a block in a transaction: its calls to any objects, and the calls that these make because of them, happen as
    # one or not at all. Each object needs LockingTransactions, OptimisticTransactions or DurableTransactions; members that
    # only read may be called of any.
    # @param timeout [Numeric, Duration] seconds until it ends without effect, unless it is committed by then
    # @param tries [Integer] how often the block is run at most, where it fails because of others that run at the same time
    # @return [Object] what the block returns, when all of it has happened
    # @raise [Amino::TransactionConflict, Amino::Deadlock, Amino::TransactionAborted] nothing has happened
    # @raise [Amino::TransactionInvalid] here is a transaction already
    # @raise [Amino::NotTransactional] by a call: the object takes no part in transactions
    # @raise [Amino::OmsUnavailable, Amino::KernelUnavailable] at the end: everything has happened or nothing
    def transaction(timeout: 60, tries: 1, &block)
      Transactions.refuse_inside
      attempt = 1
      loop do
        ended = nil
        begin
          return try_transaction(timeout, ->(known) { ended = known }, &block)
        rescue StandardError => e
          raise if attempt >= tries || [e, ended].none? { |each| each.is_a?(TransactionConflict) || each.is_a?(Deadlock) }
        end
        sleep([LONGEST_PAUSE, FIRST_PAUSE * (2**attempt)].min * rand(0.5..1.5))
        attempt += 1
      end
    end

    private

    def try_transaction(timeout, told)
      seconds = Lengths.seconds(timeout, :timeout, zero: false)
      key = SecureRandom.uuid # shown at the end: nobody else may end it
      request = Pb::BeginTransactionRequest.new(timeout_ms: (seconds * 1000).round, request_id: SecureRandom.uuid, key: key)
      name = home.rpc(:begin_transaction, request).transaction
      begin
        result = Transactions.inside(name) { yield name }
        ended = true
      ensure
        # Also where the block is left by an interrupt, or by `break` or `throw`.
        told.call(take_back(name, key, $ERROR_INFO)) unless ended
      end
      commit_transaction(name, key)
      result
    end

    def commit_transaction(name, key)
      ends = Process.clock_gettime(Process::CLOCK_MONOTONIC) + PATIENCE
      request = Pb::EndTransactionRequest.new(transaction: name, commit: true, request_id: SecureRandom.uuid, key: key)
      begin
        home.rpc(:end_transaction, request)
      rescue Unavailable, DeadlineExceeded
        raise if Process.clock_gettime(Process::CLOCK_MONOTONIC) > ends

        sleep AGAIN
        retry
      end
      nil
    end

    # Ends it without effect, and says why others had ended it before; nil: nobody had. It ends by itself where that
    # cannot be said from here.
    def take_back(name, key, failure)
      reason = "its block was left by #{failure.nil? ? "a jump" : failure.class}"
      request = Pb::EndTransactionRequest.new(transaction: name, reason: reason, request_id: SecureRandom.uuid, key: key)
      answer = home.rpc(:end_transaction, request)
      answer.ended && Control::RpcErrors.from_message(answer.ended, codec)
    rescue Error
      nil
    end
  end
end
