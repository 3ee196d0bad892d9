# frozen_string_literal: true

# Colours for source text.
require 'rouge'

class Main
  def initialize
    @formatter = Rouge::Formatters::HTML.new
    @lexer = Rouge::Lexers::Ruby.new
    @lines = ['def a = 1']
  end

  def use
    { 'html' => @formatter.format(@lexer.lex("x = 'a' # b\n")), 'names' => Rouge::Lexer.find('json').tag,
      'tokens' => Rouge::Lexers::JSON.new.lex('{"a": [1]}').map { |token, text| [token.qualname, text] } }
  end

  def go_on
    @lines << "puts #{@lines.size}"
    { 'html' => @formatter.format(@lexer.lex(@lines.join("\n"))), 'kind' => @lexer.class.name }
  end
end
