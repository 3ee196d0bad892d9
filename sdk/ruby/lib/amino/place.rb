# frozen_string_literal: true

module Amino
  # Where the calls of one object go: straight to its kernel where nothing stands between, else to the client's home kernel, which
  # finds the object wherever it is. All stubs of one `get` share it.
  class Place
    # Seconds before a record that was behind is asked for again.
    PAUSE = 0.005
    private_constant :PAUSE

    attr_reader :reference

    # @param client [Client]
    # @param reference [Reference]
    # @param record [Pb::ObjectRecord, nil] nil: only the reference is known
    def initialize(client, reference, record = nil)
      @client = client
      @reference = reference
      @moving = Thread::Mutex.new
      @link = record ? link_of(record) : client.home
    end

    # The bytes of the object's id, first part of each call.
    def target = @target ||= MessagePack.pack(@reference.id).freeze

    # @return [Array(Lane::Connection, Integer)] where a call goes now, and its flags
    def connection
      link = @link
      [link.connection, link.equal?(@client.home) ? 0 : Protocol::FLAG_MOVED]
    rescue KernelUnavailable => e
      raise e.not_run if link.equal?(@client.home)

      @link = @client.home
      retry
    end

    # Looks the object up again, after its kernel said that it has moved; one thread at a time.
    def refresh
      @moving.synchronize do
        sleep(PAUSE)
        @link = link_of(record)
        yield
      end
    end

    private

    # Asked for a call that has not run: an error says so of that call.
    def record
      @client.record(@reference.id)
    rescue Error => e
      raise e.not_run
    end

    # A proxy runs at the home kernel, and who has replicas is for its managers to say.
    def link_of(record)
      replicas = record.status&.replicas.to_a
      address = replicas.first&.endpoints&.grpc.to_s
      direct = record.spec&.deployment_managers.to_a.empty? && replicas.size == 1 && !address.empty?
      direct ? @client.link(address) : @client.home
    end
  end
end
