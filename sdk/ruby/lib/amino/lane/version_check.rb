# frozen_string_literal: true

module Amino
  # Both ends of a connection speak the same version of the wire (docs/wire.md, section 2).
  module Lane
    # @param theirs [Object] what the other end says in its hello
    # @param peer [String] what the other end is called, for the message
    # @raise [Amino::FrameInvalid] they differ; the message says which side to upgrade
    def self.check_version(theirs, peer)
      ours = Protocol::VERSION
      return if theirs.is_a?(Integer) && theirs == ours

      known = theirs.is_a?(Integer) && theirs.positive?
      said = known ? "version #{theirs}" : "no version"
      side = known && theirs > ours ? "this program" : peer
      message = "#{peer} speaks #{said} of the wire and this program version #{ours}: upgrade #{side}"
      raise FrameInvalid.new(message, outcome: :not_run)
    end
  end
end
