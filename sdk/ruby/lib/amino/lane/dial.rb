# frozen_string_literal: true

require_relative "socket_carrier"
require_relative "session_carrier"
require_relative "connection"
require_relative "version_check"

module Amino
  module Lane
    # Opens a connection to a kernel over the best carrier that works: a Unix socket on the same host, TCP, else the gRPC stream.
    class Dial
      # Seconds that a kernel may take to accept and to say hello on a lane, before the next carrier is tried.
      CONNECT_SECONDS = 5.0
      private_constant :CONNECT_SECONDS

      # @param stub [Pb::ClientService::Stub] for the gRPC stream
      # @param carriers [Symbol] `:auto`, `:lane` (never gRPC) or `:grpc` (nothing else)
      def initialize(stub, client_id, codec, peer, carriers)
        @stub = stub
        @client_id = client_id
        @codec = codec
        @peer = peer
        @carriers = carriers
      end

      # @param endpoints [Pb::Endpoints] of the kernel's hello
      # @param token [String]
      # @param same_host [Boolean]
      # @return [Connection]
      # @raise [Amino::KernelUnavailable] no carrier works
      # @raise [Amino::FrameInvalid] the kernel speaks another version of the wire
      def connect(endpoints, token, same_host)
        lanes = []
        lanes << -> { SocketCarrier.unix(endpoints.lane_unix) } if same_host && !endpoints.lane_unix.empty?
        lanes << -> { SocketCarrier.tcp(endpoints.lane_tcp, CONNECT_SECONDS) } unless endpoints.lane_tcp.empty?
        connection = lane(lanes, token) unless @carriers == :grpc
        return connection if connection
        raise KernelUnavailable, "#{@peer} offers no lane that can be reached from here" if @carriers == :lane

        keys = Protocol::Metadata
        says = { keys::CLIENT => @client_id, keys::FEATURES => Frames::FEATURES.join(",") }
        Connection.new(SessionCarrier.new(@stub, says), @codec, @peer)
      end

      private

      # The first lane that works, or nil: gRPC always does, so why a lane does not is nobody's concern.
      def lane(openers, token)
        openers.each do |open|
          carrier = open.call
          return greet(carrier, token)
        rescue FrameInvalid
          carrier&.close
          raise
        rescue SystemCallError, IOError, SocketError, Error
          carrier&.close
        end
        nil
      end

      def greet(carrier, token)
        carrier.write(Frames.hello(@client_id, token.empty? ? nil : token)) { carrier.wait_writable(CONNECT_SECONDS) }
        frames = carrier.read(CONNECT_SECONDS)
        frames = carrier.read(CONNECT_SECONDS) if frames.empty?
        case frames.first && Values::Material.read(frames.first)
        in [Protocol::HELLO, Hash => hello] then Lane.check_version(hello[Protocol::Hello::VERSION], @peer)
        in [Protocol::GOODBYE, payload] then raise @codec.error(payload)
        else raise KernelUnavailable, "#{@peer} did not say hello"
        end
        Connection.new(carrier, @codec, @peer, max_frame: hello[Protocol::Hello::MAX_FRAME] || Protocol::FRAME_LIMIT)
      end
    end
  end
end
