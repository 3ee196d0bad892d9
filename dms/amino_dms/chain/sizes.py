"""How long a manager is: lines of code, without blank lines, comments and docstrings, as SLOCCount counts."""

from __future__ import annotations

import ast
import inspect
import io
import tokenize

from amino_dms.api import DeploymentManager

_NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER}


def lines_of_code(manager: type[DeploymentManager]) -> int:
    """The lines of code of the file that a manager is written in."""
    module = inspect.getmodule(manager)
    return count(inspect.getsource(module)) if module is not None else 0


def count(source: str) -> int:
    """The lines of code of a Python source."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _NO_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            lines.difference_update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(lines)
