"""Markdown to HTML, with a parser and its tokens in fields."""

from markdown_it import MarkdownIt


class Main:
    def __init__(self) -> None:
        self.renderer = MarkdownIt("commonmark").enable("table")
        self.text = "# A *title*\n\nOne & `code <a>`, [a link](x.html).\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n1. first\n   - inner\n"
        self.tokens = self.renderer.parse(self.text)

    def use(self) -> dict:
        return {"html": self.renderer.render(self.text), "types": [token.type for token in self.tokens], "rules": self.renderer.get_active_rules()}

    def go_on(self) -> dict:
        self.text += f"\n* item {len(self.text)}\n"
        before = self.tokens[1].content
        self.tokens = self.renderer.parse(self.text)
        return {"before": before, "tokens": len(self.tokens), "html": self.renderer.render(self.text)[-60:], "kind": type(self.tokens[0]).__name__}
