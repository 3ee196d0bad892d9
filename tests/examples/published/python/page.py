from itertools import pairwise

from markdown_it import MarkdownIt


class Page:
    def __init__(self):
        self.renderer = MarkdownIt("commonmark").enable("table")

    def html(self, markdown):
        return self.renderer.render(markdown)

    def outline(self, markdown):
        tokens = self.renderer.parse(markdown)
        return [[token.tag, after.content] for token, after in pairwise(tokens) if token.type == "heading_open"]
