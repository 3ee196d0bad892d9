# The Ruby client of the demo: calls every object it is told of. Usage: client.rb ADDRESS NAME...
require 'json'
require_relative '../../../sdk/ruby/lib/amino'

$stdout.sync = true
address, *names = ARGV
Amino.connect(address) do |client|
  names.each do |name|
    counter = client.get(name)
    counter.incr(5)
    puts JSON.generate(object: name, value: counter.get)
  end
end
