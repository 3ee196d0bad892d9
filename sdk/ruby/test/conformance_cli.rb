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
    when "transaction" then transaction(command)
    when "call"
      arguments = command.fetch("args").map { |description| Neutral.build(description) }
      Neutral.describe(@client.get(command.fetch("target")).call(command.fetch("method"), *arguments))
    else raise Amino::ArgumentInvalid, "no operation #{command["op"].inspect}"
    end
  end

  # Carries out the steps of a command in a transaction; what that came to.
  def transaction(command)
    attempts = 0
    given = @client.transaction(tries: command.fetch("tries")) do
      attempts += 1
      command.fetch("steps").each_with_object([]) do |step, answers|
        next step(answers, *step) unless step[0] == "first"

        step(answers, *step.drop(1)) if attempts == 1
      end
    end
    { ok: given }
  rescue Amino::Error => e
    { error: [e.code, e.message, e.outcome] }
  rescue IndexError => e
    { raised: e.message }
  end

  def step(answers, kind, name = nil, member = nil, *arguments)
    raise IndexError, name if kind == "raise"

    @client.transaction { 1 } if kind == "nested"
    answers << @client.get(name).call(member, *arguments) if kind == "call"
  end
end

ConformanceCli.new.run($stdin, $stdout)
