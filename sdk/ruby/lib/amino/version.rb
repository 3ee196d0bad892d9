# frozen_string_literal: true

module Amino
  VERSION = "0.1.0"
end
