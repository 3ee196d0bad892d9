# frozen_string_literal: true

require "weakref"

module Amino
  # Notices connections that lead nowhere any more: a kernel with another address closes none of them, and a kernel that stands still closes
  # none either. A thread looks while there are connections, and not otherwise; it keeps neither the process nor the client alive.
  class DirectWatch
    LOOK_SECONDS = 1.0
    # Looks between two questions about a request that stays without an answer.
    RARELY = 32
    private_constant :LOOK_SECONDS, :RARELY

    # A connection on which the same request has had no answer since the last look. Pure. Mostly that is a call that takes its time, so
    # the question is asked at the first such look, at the second, the fourth, and so on.
    class Stall
      def initialize
        @oldest = nil
        @looks = 0
      end

      # @param oldest [Integer, nil] the number of the oldest request without an answer; nil: all have one
      # @return [Boolean] whether to ask where the kernel is now
      def looked?(oldest)
        if oldest.nil? || oldest != @oldest
          @oldest = oldest
          @looks = 0
          return false
        end
        @looks += 1
        (@looks % RARELY).zero? || (@looks & (@looks - 1)).zero?
      end
    end

    # @param client [#watched_links, #find_again] answers the links there are, and asks where the kernel of one is
    def initialize(client)
      @client = WeakRef.new(client)
      @stalls = ObjectSpace::WeakMap.new
      @lock = Thread::Mutex.new
      @thread = nil
    end

    # There is one.
    def start
      return if @thread&.alive?

      @lock.synchronize { @thread = Thread.new { run } unless @thread&.alive? }
    end

    # Looks no more.
    def stop = @lock.synchronize { @thread&.kill }

    private

    def run
      loop do
        sleep(LOOK_SECONDS)
        break unless look
      end
    rescue WeakRef::RefError
      nil # the client is gone
    end

    # @return [Boolean] whether there is any link left
    def look
      client = @client.__getobj__
      links = client.watched_links
      links.each do |link|
        stall = @stalls[link] ||= Stall.new
        client.find_again(link) if stall.looked?(link.oldest)
      end
      links.any?
    end
  end
end
