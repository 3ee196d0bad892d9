#!/usr/bin/env bash
# Ruby's gRPC server refuses calls of a single caller that never has two calls open.
#
# Version: the gem grpc 1.51.1 (Debian's package ruby-grpc 1.51.1-3+b1), with Ruby 3.1.
# Behaviour: a server with `pool_size: 1` gets calls from one caller, each after the answer to the one before. It refuses many of
#   them with RESOURCE_EXHAUSTED, "No free threads in thread pool", although no handler runs at that moment. The answer leaves
#   before the thread that has run the handler counts as free again, and the server keeps no queue: a call that arrives in between
#   is refused at once. With a pause between two calls, hardly any is. A pool must therefore have more threads than there are
#   callers; how many more, nobody can say.
# In Amino: the servers in the tests of the Ruby SDK have many more threads than those tests have callers.
# Needs: Ruby and what `make setup` asks for beside it; apt-get to take the pinned package.
set -euo pipefail

PINNED=1.51.1-3+b1
folder=$(mktemp -d)
chmod 755 "$folder"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq "ruby-grpc=$PINNED" 2>/dev/null || { echo "cannot take ruby-grpc=$PINNED: try apt-get update"; exit 2; }
dpkg -x ruby-grpc_*.deb pinned
gems=$(dirname "$(find "$folder/pinned" -type d -name specifications)")
export GEM_PATH="$gems:$(ruby -e 'puts Gem.path.join(":")')"

cat > echo.rb <<'RUBY'
gem 'grpc', '= 1.51.1'
require 'grpc'
require 'google/protobuf/wrappers_pb'

Text = Google::Protobuf::StringValue

class Echo
  include GRPC::GenericService
  self.marshal_class_method = :encode
  self.unmarshal_class_method = :decode
  self.service_name = 'finding.Echo'
  rpc :Say, Text, Text
end
RUBY

cat > server.rb <<'RUBY'
require_relative 'echo'

class Answers < Echo
  attr_reader :most

  def initialize
    @lock = Mutex.new
    @running = @most = 0
  end

  def say(request, _call)
    @lock.synchronize { @most = [@most, @running += 1].max }
    request
  ensure
    @lock.synchronize { @running -= 1 }
  end
end

answers = Answers.new
server = GRPC::RpcServer.new(pool_size: Integer(ARGV.fetch(0)))
port = server.add_http2_port('127.0.0.1:0', :this_port_is_insecure)
server.handle(answers)
$stdout.sync = true
puts port, $LOADED_FEATURES.grep(%r{grpc/generic/rpc_server}).first
Thread.new do
  $stdin.read
  puts answers.most
  server.stop
end
server.run
RUBY

cat > caller.rb <<'RUBY'
require_relative 'echo'

# How many calls, each after the answer to the one before, a server with that many threads refuses.
def refused(pool, calls, pause)
  server = IO.popen([RbConfig.ruby, File.join(__dir__, 'server.rb'), pool.to_s], 'r+')
  port, source = server.gets.to_i, server.gets
  abort "the pinned package is not what runs: #{source}" unless source.start_with?(File.join(__dir__, 'pinned'))
  stub = Echo.rpc_stub_class.new("127.0.0.1:#{port}", :this_channel_is_insecure)
  words = []
  calls.times do
    stub.say(Text.new(value: 'x'), deadline: Time.now + 20)
  rescue GRPC::ResourceExhausted => e
    words << e.details
  ensure
    sleep pause
  end
  server.close_write
  most = server.gets.to_i
  puts "#{pool} thread(s), pause of #{pause} s: #{words.size} of #{calls} calls refused, " \
       "#{most} handler at once at most #{words.uniq.inspect}"
  [words.size.fdiv(calls), most]
end

puts "grpc #{GRPC::VERSION}, Ruby #{RUBY_VERSION}"
# How many depends on how busy the machine is.
at_once, most = Array.new(8) { refused(1, 1000, 0) }.max
paused, = refused(1, 100, 0.05)
refused(2, 1000, 0)
abort 'CHANGED: more than one handler ran for one caller' unless most == 1
abort 'CHANGED: a caller that has one call open at a time is not refused any more' unless at_once > 0.01
abort 'CHANGED: the pause makes no difference' unless paused < at_once / 2
puts 'as described'
RUBY
timeout 240 ruby caller.rb
