# frozen_string_literal: true

# The Ruby SDK behind the line protocol of tests/conformance/README.md: one JSON command a line on standard input, one answer a line.

$LOAD_PATH.unshift(File.expand_path("../lib", __dir__))

require "json"
require_relative "support/neutral"

# Carries out the commands of one run.
class ConformanceCli
  def initialize
    @client = nil
  end

  def run(input, output)
    input.each_line do |line|
      output.puts(JSON.generate(answer(JSON.parse(line))))
      output.flush
    end
  ensure
    @client&.close
  end

  private

  def answer(command)
    { ok: perform(command) }
  rescue Amino::Error => e
    { error: failure(e) }
  end

  # What came instead of an answer.
  def failure(error)
    { code: error.code, type: error.type, message: error.message, stack: error.stack, outcome: error.outcome,
      cause: error.cause && failure(error.cause), errors: error.errors.map { |member| failure(member) },
      trace: error.trace.map(&:to_a), shown: error.full_message(highlight: false) }
  end

  def perform(command)
    case command.fetch("op")
    when "connect"
      @client = Amino.connect(command.fetch("address"))
      nil
    when "call"
      arguments = command.fetch("args").map { |description| Neutral.build(description) }
      Neutral.describe(@client.get(command.fetch("target")).call(command.fetch("method"), *arguments))
    else raise Amino::ArgumentInvalid, "no operation #{command["op"].inspect}"
    end
  end
end

ConformanceCli.new.run($stdin, $stdout)
