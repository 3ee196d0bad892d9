# frozen_string_literal: true

module Amino
  module Relay
    # Words between a forked process and the process beside it, in both directions. Both are the same program, so Marshal will do.
    #
    # To the process beside: [:open, number, path, metadata, seconds or nil], [:message, number, bytes], [:done, number], [:cancel, number].
    # From it: [:message, number, bytes], [:end, number, code, text, metadata].
    class Line
      # @param socket [UNIXSocket]
      def initialize(socket)
        @socket = socket
        @writing = Thread::Mutex.new
      end

      # Sends one message. Says nothing where the other side has ended: the thread that listens hears that.
      def say(*words)
        data = Marshal.dump(words)
        @writing.synchronize { @socket.write([data.bytesize].pack("L<") << data) }
      rescue IOError, SystemCallError
        nil
      end

      # Yields each message, until the other side has ended.
      def each
        while (length = @socket.read(4))
          data = @socket.read(length.unpack1("L<"))
          break if data.nil?

          yield Marshal.load(data)
        end
      rescue IOError, SystemCallError
        nil
      end

      def close
        # So that a thread that reads stops.
        @socket.shutdown
        @socket.close
      rescue IOError, SystemCallError
        nil
      end
    end
  end
end
