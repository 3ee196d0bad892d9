require 'mustache'

class Letter < Mustache
  self.template = <<~TEXT
    Dear {{name}},
    {{#orders}}
    * {{title}}: {{{price}}} {{#gift}}(a gift){{/gift}}{{^gift}}({{note}}){{/gift}}
    {{/orders}}
    {{^orders}}
    Nothing yet.
    {{/orders}}
    {{! nobody sees this }}{{address.city}}
  TEXT

  def write(values)
    render(values)
  end

  def count_tags(template)
    Mustache::Template.new(template).tags.size
  end
end
