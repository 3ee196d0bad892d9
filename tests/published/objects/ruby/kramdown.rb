# frozen_string_literal: true

# A document in Markdown, kept as a tree, that grows.
require 'kramdown'

class Main
  TEXT = <<~TEXT
    # A *title* {#top}

    One & two -- "quoted", `code <a>` and [a link](x.html "to x").[^1]

    | a | b |
    |---|--:|
    | 1 | 2 |

    1. first
    2. second
       * inner

    term
    : meaning

    ~~~ ruby
    puts 1 < 2
    ~~~

    [^1]: A note.
  TEXT

  def initialize
    @text = +TEXT
    @document = Kramdown::Document.new(@text, auto_ids: true)
  end

  def use
    { 'html' => @document.to_html, 'back' => @document.to_kramdown, 'latex' => @document.to_latex.lines.size,
      'warnings' => @document.warnings, 'kinds' => @document.root.children.map(&:type).uniq }
  end

  def go_on
    @text << "\n\nAnd **#{@text.lines.size}** lines.\n"
    before = @document.to_html
    @document = Kramdown::Document.new(@text, auto_ids: true)
    { 'before' => before.size, 'html' => @document.to_html.lines.last(4) }
  end
end
