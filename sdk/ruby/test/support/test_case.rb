# frozen_string_literal: true

require "minitest/autorun"
require "amino"

# What all tests have in common.
class TestCase < Minitest::Test
  ROOT = File.expand_path("../../../..", __dir__)

  # A thread whose error is only for the thread that asks for its value.
  def quietly(&work)
    Thread.new(&work).tap { |thread| thread.report_on_exception = false }
  end

  # Waits for a condition, without an opinion on how long it should take.
  def eventually(what, seconds = 20)
    deadline = Process.clock_gettime(Process::CLOCK_MONOTONIC) + seconds
    until (found = yield)
      flunk("not within #{seconds} s: #{what}") if Process.clock_gettime(Process::CLOCK_MONOTONIC) > deadline
      Thread.pass
    end
    found
  end
end
