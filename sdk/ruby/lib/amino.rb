# frozen_string_literal: true

require_relative "amino/version"
require_relative "amino/errors"
require_relative "amino/client"

# Objects in JavaScript, Ruby, Python, C and Java, called from any language on any host.
module Amino
  # Where a kernel listens that was told nothing else.
  DEFAULT_ADDRESS = "127.0.0.1:7420"

  # The reference of a stub; its `id` can be kept and given to `client.get` later.
  # @param stub [Stub]
  # @return [Reference]
  def self.reference_of(stub) = stub.to_amino_reference

  # Connects to the cluster.
  # @param address [String, nil] host:port of any kernel, or several with commas between them; nil: AMINO_ADDRESS, else 127.0.0.1:7420
  # @param options [Hash] see Client
  # @yieldparam client [Client] closed after the block
  # @return [Client, Object] the client, or what the block returned
  # @raise [Amino::KernelUnavailable] nobody answers there
  def self.connect(address = nil, **options)
    client = Client.new(address || ENV.fetch("AMINO_ADDRESS", DEFAULT_ADDRESS), **options)
    return client unless block_given?

    begin
      yield client
    ensure
      client.close
    end
  end
end
