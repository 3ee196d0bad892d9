# frozen_string_literal: true

# Registers a class, calls its object in every manner. Run beside `amino up`: ruby -I sdk/ruby/lib examples/clients/ruby/counter.rb [address]

require "amino"
require "tmpdir"

COUNTER = <<~JS
  export default class Counter {
    constructor(start = 0) { this.value = start; }
    incr(n) { this.value += n; return this.value; }
    half() { if (this.value % 2) throw new RangeError(`${this.value} is odd`); return this.value / 2; }
  }
JS

Amino.connect(ARGV[0]) do |client|
  counter = Dir.mktmpdir do |folder|
    File.write("#{folder}/counter.js", COUNTER)
    client.register("#{folder}/counter.js", "ruby-example", replace: true)
  end
  puts "incr(5)                    #{counter.incr(5)}"
  puts "another instance           #{client.create("ruby-example", 10).incr(1)}"
  puts "within half a second       #{counter.with_options(deadline: 0.5).incr(1)}"
  puts "at once, the answer later  #{counter.async.incr(1).value}"
  puts "a hundred in few frames    #{client.pipeline { |p| 100.times { p[counter].incr(1) } }.last}"
  begin
    counter.half
  rescue Amino::GuestException => e
    puts "its exceptions are ours    #{e.guest_class}: #{e.guest_message}"
  end
  client.describe(counter).members.each { |member| puts "it offers                  #{member.name}" }
  client.delete(counter)
end
