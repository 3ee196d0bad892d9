Point = Struct.new(:x, :y)
Colour = Struct.new(:name)

class Money
  attr_reader :text

  def initialize(text)
    @text = text
  end
end

class Bare
end

Amino.register(Point)
Amino.register(Colour, save: ->(colour) { colour.name }, load: ->(name) { Colour.new(name) })
Amino.register(Money, 'shop.Money', save: ->(money) { money.text }, load: ->(text) { Money.new(text) })
Amino.register(Bare, save: ->(_) { { 'bare' => true } }, plain: true)

class Points
  def make
    [Point.new(1, [2]), Colour.new('RED'), Money.new('1.50'), Bare.new]
  end

  def knows(value)
    value.class.name
  end

  def moved(point)
    Point.new(point.x + 1, point.y)
  end

  def refused
    { 'part' => [Object.new] }
  end
end
