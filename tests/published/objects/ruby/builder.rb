# frozen_string_literal: true

# A document of XML that grows.
require 'builder'

class Main
  def initialize
    @parts = []
    @xml = Builder::XmlMarkup.new(target: @parts, indent: 1)
  end

  def use
    @xml.instruct!
    @xml.shop(name: 'a & b') do |shop|
      shop.item('<tea>', price: 3)
      shop.comment! 'no more'
    end
    { 'text' => @parts.join, 'parts' => @parts.size }
  end

  def go_on
    @xml.item("n#{@parts.size}")
    { 'text' => @parts.join, 'same' => @xml.target!.equal?(@parts) }
  end
end
