# frozen_string_literal: true

# Blocks of calls that happen as one or not at all: `Amino.transaction { … }`.
lambda do |host, _amino|
  # Functions of their own: nothing that a guest can ask for leads to `host`.
  start, finish, bind = %w[begin end bind].map { |name| Truffle::Interop.read_member(host, name) }
  again = %w[TRANSACTION_CONFLICT DEADLOCK].freeze
  first_pause = 0.02
  longest_pause = 1.0

  # The code with which others have ended it before. Where it cannot be taken back from here it ends by itself, with the call at the latest.
  take_back = lambda do |name, failure|
    String.new(Amino.settle(finish.call(name, "its block was left by #{failure.nil? ? 'a jump' : failure.class}")).to_s)
  rescue Amino::Error
    ''
  end

  once = lambda do |milliseconds, told, block|
    name = String.new(Amino.settle(start.call(milliseconds)).to_s)
    whole = false
    begin
      Amino.settle(bind.call(name))
      result = block.call(name)
      whole = true
    ensure
      # Also where the block is left by `break` or `throw`.
      Amino.settle(bind.call(nil))
      told.call(take_back.call(name, $!)) unless whole # rubocop:disable Style/SpecialGlobalVars
    end
    Amino.settle(finish.call(name, nil))
    result
  end

  # Runs a block whose calls to any objects, and the calls that these make because of them, happen as one or not at all.
  # timeout: seconds until it ends without effect, at most those that the call of the member has. tries: how often the block is run at most,
  # where it fails because of others that run at the same time.
  Amino.define_singleton_method(:transaction) do |timeout: 60, tries: 1, &block|
    raise ArgumentError, 'transaction takes the block whose calls are to happen as one or not at all' if block.nil?

    seconds = Amino::Duration === timeout ? timeout.nanoseconds / 1e9 : timeout
    raise ArgumentError, 'the timeout of a transaction is a number of seconds above 0' unless Numeric === seconds && seconds.positive?

    attempt = 1
    begin
      ended = ''
      once.call((seconds * 1000).round, ->(code) { ended = code }, block)
    rescue StandardError => e
      others = again.include?(ended) || (Amino::Error === e && e.received? && again.include?(e.code))
      raise if attempt >= tries || !others

      sleep([longest_pause, first_pause * (2**attempt)].min * rand(0.5..1.5))
      attempt += 1
      retry
    end
  end
end
