# frozen_string_literal: true

require "socket"

# Passes TCP on to a server, and cuts the connections when a test says so; the server stays up.
class CuttingProxy
  attr_reader :address

  # @param to [String] host:port of the server
  def initialize(to)
    @host, @port = to.split(":")
    @server = TCPServer.new("127.0.0.1", 0)
    @address = "127.0.0.1:#{@server.addr[1]}"
    @sockets = Queue.new
    @thread = Thread.new { accept }
  end

  def cut
    @sockets.pop.close until @sockets.empty?
  end

  def close
    @server.close
    @thread.join
    cut
  end

  private

  def accept
    loop do
      near = @server.accept
      far = TCPSocket.new(@host, @port)
      [near, far].each { |socket| @sockets << socket }
      Thread.new { pass(near, far) }
      Thread.new { pass(far, near) }
    end
  rescue IOError, SystemCallError
    nil
  end

  def pass(from, to)
    loop { to.write(from.readpartial(1 << 16)) }
  rescue IOError, SystemCallError
    [from, to].each(&:close)
  end
end
