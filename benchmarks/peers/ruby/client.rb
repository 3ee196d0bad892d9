# frozen_string_literal: true

# Calls one object of a kernel, through the SDK or through the gem grpc alone: `sdk 32 2`, `futures 32 2` or `grpc 32 2` (calls under way,
# seconds) on standard input. `sdk` and `grpc` use a thread for each call under way, `futures` one thread for all.

require "json"
$LOAD_PATH.unshift(File.expand_path("../../../sdk/ruby/lib", __dir__))
require "amino"

address, name = ARGV
PADDING = ("x" * 40).b.freeze
# [1, 40 bytes] as MessagePack; the gem alone has no codec of ours.
ARGS = ([0x92, 1, 0xc4, 40].pack("C*") + PADDING).freeze
Pb = Amino::Pb
UNARY = Pb::ClientService::Stub.new(address, :this_channel_is_insecure)

def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)

def unary(name)
  answer = UNARY.invoke(Pb::InvokeRequest.new(target: name, method: "incr", args: ARGS))
  raise answer.error.message if answer.outcome == :error
end

def in_threads(count, seconds)
  finish = now + seconds
  threads = Array.new(count) do
    Thread.new do
      made = 0
      while now < finish
        yield
        made += 1
      end
      made
    end
  end
  threads.sum(&:value)
end

def with_futures(count, seconds, counter)
  finish = now + seconds
  waiting = Array.new(count) { counter.incr(1, PADDING) }
  made = 0
  while now < finish
    waiting.shift.value
    made += 1
    waiting.push(counter.incr(1, PADDING))
  end
  made + waiting.each(&:value).size
end

Amino.connect(address) do |client|
  counter = client.get(name)
  $stdin.each_line do |line|
    way, outstanding, seconds = line.split
    start = now
    n = case way
        when "grpc" then in_threads(outstanding.to_i, seconds.to_f) { unary(name) }
        when "sdk" then in_threads(outstanding.to_i, seconds.to_f) { counter.incr(1, PADDING) }
        else with_futures(outstanding.to_i, seconds.to_f, counter.async)
        end
    puts JSON.generate(n: n, seconds: now - start)
    $stdout.flush
  end
end
