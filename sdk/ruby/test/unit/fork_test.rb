# frozen_string_literal: true

require "open3"
require "rbconfig"
require_relative "../support/test_case"
require_relative "../support/test_kernel"

# A client and forks, as in Puma and Unicorn. Each test runs a program of its own.
class ForkTest < TestCase
  HEAD = <<~RUBY
    require "amino"
    def refused
      yield
      raise "it was not refused"
    rescue Amino::ClientForked => e
      raise "no word of what to do: \#{e.message}" unless e.message.end_with?("open a client in the child")
    end

    def in_child(&work)
      child = fork(&work)
      Process.wait(child)
      raise "the child ended with \#{$?}" unless $?.success?
    end
    client = Amino.connect
    counter = client.get("counter")
    raise "the parent's first call" unless counter.incr(1) == 1
  RUBY

  def run_program(program)
    kernel = TestKernel.new
    library = File.expand_path("lib", "#{ROOT}/sdk/ruby")
    command = [RbConfig.ruby, "-w", "-I", library, "-e", HEAD + program]
    output, status = Open3.capture2e({ "AMINO_ADDRESS" => kernel.address }, *command)
    assert_predicate status, :success?, output
    assert_empty output
  ensure
    kernel&.close
  end

  def test_the_parents_client_is_refused_in_the_child
    run_program(<<~'RUBY')
      waiting = counter.async.echo(1)
      in_child do
        refused { counter.incr(1) }
        refused { counter.async.incr(1) }
        refused { client.get("counter") }
        refused { client.list.size }
        refused { client.create("counter") }
        refused { counter.dm.push }
        refused { client.watch.first }
        refused { waiting.value }
        counter.inspect
        client.close
      end
      raise "the child has touched it" unless [waiting.value, counter.incr(1)] == [1, 2]
      client.close
    RUBY
  end

  def test_a_client_of_the_childs_own_works
    run_program(<<~'RUBY')
      %i[auto grpc].each do |transport|
        in_child do
          mine = Amino.connect(transport: transport)
          other = mine.get("counter")
          raise "calls" unless Array.new(50) { |number| other.async.echo(number) }.map(&:value) == (0...50).to_a
          raise "a stub of the parent's is a reference still" unless other.echo(counter) == counter
          raise "list" unless mine.list.map(&:name) == ["counter"]
          begin
            mine.get("nobody")
          rescue Amino::NameNotFound
            nil
          end
          raise "watch" unless mine.watch.first.kind == :put
          in_child do
            refused { other.get }
            Amino.connect { |own| raise "a grandchild's" unless own.get("counter").echo(7) == 7 }
          end
        end
      end
      client.close
    RUBY
  end

  def test_parent_and_children_get_their_own_answers
    run_program(<<~'RUBY')
      children = %w[one two three].map do |name|
        fork do
          Amino.connect do |mine|
            stub = mine.get("counter")
            200.times { |number| raise "of another" unless stub.echo([name, number]) == [name, number] }
          end
        end
      end
      200.times { |number| raise "of another" unless counter.echo(["parent", number]) == ["parent", number] }
      children.each { |child| Process.wait(child) and ($?.success? or raise "a child ended with #{$?}") }
      client.close
    RUBY
  end
end
