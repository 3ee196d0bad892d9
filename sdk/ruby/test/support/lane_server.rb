# frozen_string_literal: true

require "socket"
require "tmpdir"
require_relative "test_objects"

# One end of a lane in a test: answers requests, or leaves them to the test. Real sockets, real frames.
class LanePeer
  P = Amino::Protocol

  # Frames received, as arrays; requests that were held back.
  attr_reader :frames, :held

  # @param send_frame [#call] writes one frame's bytes
  def initialize(objects, behaviour, &send_frame)
    @objects = objects
    @behaviour = behaviour
    @send_frame = send_frame
    @frames = Queue.new
    @held = Queue.new
  end

  # Takes one frame.
  def receive(bytes)
    frame = MessagePack.unpack(bytes, allow_unknown_ext: true)
    @frames << frame
    case frame
    in [P::HELLO, Hash] then send([P::HELLO, hello])
    in [P::REQUEST, Integer, Integer, Array, *] then @behaviour[:hold] ? @held << frame : send(answer(frame))
    else nil
    end
  end

  def hello
    { "v" => @behaviour.fetch(:version, P::VERSION), "kernel" => "test", "max_frame" => @behaviour.fetch(:max_frame, P::FRAME_LIMIT),
      **@behaviour.fetch(:hello, {}) }
  end

  def send(frame) = @send_frame.call(MessagePack.pack(frame))

  # The reply to a request, or where the behaviour says so, its last calls first in two partial replies.
  def answer(frame)
    _, seq, _, flat, options = frame
    outcomes = flat.each_slice(3).with_index.map do |(target, method, args), index|
      @objects.run(target, method, args, ((options || {})[index] || {})[P::Option::KWARGS] || {})
    end
    return [P::REPLY, seq, outcomes, *@behaviour[:metadata]] unless @behaviour[:partial]

    indexes = outcomes.each_index.to_a.reverse
    first, second = indexes.partition(&:odd?)
    send([P::PARTIAL, seq, first, first.map { |index| outcomes[index] }]) unless first.empty?
    [P::PARTIAL, seq, second, second.map { |index| outcomes[index] }, *@behaviour[:metadata]]
  end
end

# Listens on a Unix socket and on loopback TCP.
class LaneServer
  attr_reader :path, :address, :peers

  # @param behaviour [Hash] :hold, :partial, :max_frame, :version, :hello (further fields), :metadata (of replies)
  def initialize(objects, **behaviour)
    @objects = objects
    @behaviour = behaviour
    @folder = Dir.mktmpdir("amino")
    @path = File.join(@folder, "lane")
    @unix = UNIXServer.new(@path)
    @tcp = TCPServer.new("127.0.0.1", 0)
    @address = "127.0.0.1:#{@tcp.addr[1]}"
    @peers = Queue.new
    @sockets = Queue.new
    @threads = [@unix, @tcp].map { |server| Thread.new { accept(server) } }
  end

  def peer = @peers.pop

  # Cuts all connections, as a kernel that dies does.
  def cut
    @sockets.pop.close until @sockets.empty?
  end

  def close
    [@unix, @tcp].each(&:close)
    cut
    @threads.each(&:join)
    FileUtils.remove_entry(@folder)
  end

  private

  def accept(server)
    loop do
      socket = server.accept
      @sockets << socket
      writing = Mutex.new
      peer = LanePeer.new(@objects, @behaviour) { |bytes| writing.synchronize { socket.write([bytes.bytesize].pack("L<"), bytes) } }
      @peers << peer
      Thread.new { serve(socket, peer) }
    end
  rescue IOError, SystemCallError
    nil
  end

  def serve(socket, peer)
    while (length = socket.read(4)&.unpack1("L<"))
      peer.receive(socket.read(length))
    end
  rescue IOError, SystemCallError
    nil
  end
end
