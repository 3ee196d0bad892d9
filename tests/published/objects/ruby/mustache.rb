# frozen_string_literal: true

# A page of a template, and a view with fields.
require 'mustache'

class Page < Mustache
  self.template = '{{title}}: {{#items}}{{name}}={{{price}}};{{/items}}{{^items}}none{{/items}}'

  attr_accessor :items

  def title = "<#{@items.size}>"
end

class Main
  def initialize
    @page = Page.new
    @page.items = [{ name: 'tea', price: '<3>' }]
  end

  def use
    { 'page' => @page.render, 'plain' => Mustache.render('{{a}}{{!no}}{{{b}}}', a: '&', b: '&'), 'none' => Mustache.render('{{#x}}y{{/x}}', x: []) }
  end

  def go_on
    @page.items << { name: "n#{@page.items.size}", price: 1 }
    { 'page' => @page.render, 'kind' => @page.class.name }
  end
end
