# frozen_string_literal: true

require_relative "../protocol"

module Amino
  module Values
    Extensions = Protocol::Extension
  end
end
