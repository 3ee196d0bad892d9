# frozen_string_literal: true

require "io/wait"
require "socket"

module Amino
  module Lane
    # Carries frames over the direct lane: a Unix socket or loopback TCP, each frame after its length (docs/wire.md, section 2).
    class SocketCarrier
      CHUNK = 256 * 1024
      private_constant :CHUNK

      # @param path [String] a Unix socket
      def self.unix(path) = new(UNIXSocket.new(path))

      # @param address [String] host:port
      def self.tcp(address, timeout)
        host, _, port = address.rpartition(":")
        socket = Socket.tcp(host.delete("[]"), Integer(port), connect_timeout: timeout)
        socket.setsockopt(Socket::IPPROTO_TCP, Socket::TCP_NODELAY, 1)
        new(socket)
      end

      def initialize(socket)
        @socket = socket
        @incoming = String.new(encoding: Encoding::BINARY)
        @chunk = String.new(encoding: Encoding::BINARY)
      end

      # Whether frames stay within this machine.
      def near? = @socket.is_a?(UNIXSocket)

      # Sends one frame. Yields when the other side must read before more can be sent.
      # @raise [IOError, SystemCallError] the connection is lost
      def write(frame)
        bytes = [frame.bytesize].pack("L<") << frame
        loop do
          written = @socket.write_nonblock(bytes, exception: false)
          if written == :wait_writable
            yield
          elsif written == bytes.bytesize
            return
          else
            bytes = bytes.byteslice(written..)
          end
        end
      end

      # Waits until something can be written or read.
      def wait(seconds) = IO.select([@socket], [@socket], nil, seconds)

      # Waits until more can be written.
      def wait_writable(seconds) = @socket.wait_writable(seconds)

      # @param seconds [Float] to wait for bytes at most
      # @return [Array<String>] the frames that have come completely; none: not yet
      # @raise [IOError, SystemCallError, Amino::FrameInvalid]
      def read(seconds)
        return [] unless @socket.wait_readable(seconds)

        case @socket.read_nonblock(CHUNK, @chunk, exception: false)
        when nil then raise EOFError, "it was closed by the other side"
        when :wait_readable then return []
        end
        return [@chunk.byteslice(Protocol::LENGTH_BYTES..)] if one_frame?

        @incoming << @chunk
        complete_frames
      end

      def close = @socket.close

      private

      # Most often one read brings one frame, and nothing needs to be kept.
      def one_frame?
        @incoming.empty? && @chunk.bytesize > Protocol::LENGTH_BYTES && @chunk.unpack1("L<") == @chunk.bytesize - Protocol::LENGTH_BYTES
      end

      def complete_frames
        frames = []
        from = 0
        while @incoming.bytesize - from >= Protocol::LENGTH_BYTES
          size = @incoming.byteslice(from, Protocol::LENGTH_BYTES).unpack1("L<")
          raise FrameInvalid, "a frame of #{size} bytes was announced, more than #{Protocol::FRAME_LIMIT}" if size > Protocol::FRAME_LIMIT
          break if @incoming.bytesize - from - Protocol::LENGTH_BYTES < size

          frames << @incoming.byteslice(from + Protocol::LENGTH_BYTES, size)
          from += Protocol::LENGTH_BYTES + size
        end
        @incoming = @incoming.byteslice(from..) if from.positive?
        frames
      end
    end
  end
end
