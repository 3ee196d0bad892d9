# frozen_string_literal: true

module Amino
  # Where the calls of one object go: straight to its kernel where nothing stands between, else to the client's home kernel, which
  # finds the object wherever it is. All stubs of one `get` share it.
  class Place
    # A link that calls go to; the address of the object's kernel and the epoch of the object, as far as they are known: two spots with
    # the same ones are the same place, also where the way there is another.
    Spot = Struct.new(:link, :address, :epoch) do
      def same?(other) = address == other.address && epoch == other.epoch
    end
    private_constant :Spot

    attr_reader :reference

    # The object's name; empty: none, or not known.
    attr_reader :name

    # The members that the object lists; nil: not known.
    # @return [Array<Pb::Member>, nil]
    attr_reader :interface

    # @param client [Client]
    # @param reference [Reference]
    # @param record [Pb::ObjectRecord, nil] nil: only the reference is known
    def initialize(client, reference, record = nil)
      @client = client
      @reference = reference
      @name = record&.name.to_s
      @interface = record&.interface&.members&.to_a
      @asking = Thread::Mutex.new
      @following = Thread::Mutex.new
      @asked = @rested = 0.0
      @spot = record ? spot_of(record) : Spot.new(client.home, "", reference.epoch.to_i).freeze
    end

    # The members that the object lists; asked for where they are not known, and nil where nobody could be asked.
    # @return [Array<Pb::Member>, nil]
    def interface!
      @interface ||= @client.record(@reference.id).interface&.members.to_a
    rescue Error
      nil
    end

    # Whether the object is known to have a member.
    # @param name [String]
    def lists?(name) = !@interface.nil? && @interface.any? { |member| member.name == name }

    # The bytes of the object's id, first part of each call.
    def target = @target ||= MessagePack.pack(@reference.id).freeze

    # @return [Array(Lane::Connection, Integer, Spot)] where a call goes now, its flags, and what `elsewhere?` asks of the call
    def connection
      spot = @spot
      [spot.link.connection, spot.link.equal?(@client.home) ? 0 : Protocol::FLAG_MOVED, spot]
    rescue KernelUnavailable => e
      raise e.not_run if spot.link.equal?(@client.home)
      retry if spot.link.left? && found_again?

      @spot = Spot.new(@client.home, spot.address, spot.epoch).freeze
      retry
    end

    # Whether the object is at another place than the one that a call was sent to. Asks unless somebody has asked since then; one
    # thread at a time.
    # @param future [Future] the call
    # @raise [Amino::Error] the question failed, for a call that has not run
    def elsewhere?(future)
      @asking.synchronize do
        ask if future.spot.same?(@spot) && future.begun >= @asked
        !future.spot.same?(@spot)
      end
    end

    # Runs a block that decides who follows a call; one thread at a time.
    def following(&block) = @following.synchronize(&block)

    # Waits before a call is sent again. A pause that was made since the call was sent counts for the call as well.
    # @param future [Future] the call
    def rest(future, seconds)
      return if future.begun < @rested

      sleep(seconds)
      @rested = now
    end

    private

    # Whether it is known where the object's kernel is, whose address is another one now.
    def found_again?
      @asking.synchronize { ask if @spot.link.left? }
      !@spot.link.left?
    rescue Error
      false
    end

    def ask
      @spot = spot_of(@client.record(@reference.id))
      @asked = now
    rescue Error => e
      raise e.not_run
    end

    # A proxy runs at the home kernel, and who has replicas is for its managers to say.
    def spot_of(record)
      replicas = record.status&.replicas.to_a
      address = replicas.first&.endpoints&.grpc.to_s
      direct = record.spec&.deployment_managers.to_a.empty? && replicas.size == 1 && !address.empty?
      Spot.new(direct ? @client.link(address) : @client.home, address, record.status&.epoch.to_i).freeze
    end

    def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end
end
