# frozen_string_literal: true

module Amino
  # The process in which something was opened that a forked child must leave alone: both would read the other's answers.
  class ProcessMark
    # @param owner [String] what was opened, for the message
    def initialize(owner)
      @owner = owner
      @pid = Process.pid
    end

    # Whether this is still that process.
    def here? = Process.pid == @pid

    # @raise [Amino::ClientForked]
    def check
      return if here?

      raise ClientForked, "#{@owner} was opened in process #{@pid}, which forked this one: open a client in the child"
    end
  end
end
