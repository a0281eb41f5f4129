"""Weaker forms of a boolean SQL expression: each AND and OR part left out, at every depth, sub-queries included."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"""(?P<skip>--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)"""
    r"""|(?P<open>[(\[])|(?P<close>[)\]])|(?P<word>[A-Za-z_]\w*)""",
    re.DOTALL,
)
_ENDS_WHERE = {"group", "order", "limit", "having", "window", "for", "union", "intersect", "except", "returning"}


def parts(text: str) -> Iterator[tuple[str, str]]:
    """Every form of `text` with one part left out, as (the part, the form).

    >>> [form for _, form in parts("a and (b or c)")]
    ['(b or c)', 'a', 'a and (c)', 'a and (b)']
    """
    yield from _parts(text, 0, len(text))


def _parts(text: str, start: int, end: int) -> Iterator[tuple[str, str]]:
    spans, word = _operands(text, start, end)
    if len(spans) > 1:
        for left_out in range(len(spans)):
            kept = [text[a:b].strip() for n, (a, b) in enumerate(spans) if n != left_out]
            before, after = text[:start], text[end:]
            room = [" " if side and not side.endswith("(") else "" for side in (before, after[:1].strip(")"))]
            form = before.rstrip() + room[0] + f" {word} ".join(kept) + room[1] + after
            a, b = spans[left_out]
            yield " ".join(text[a:b].split()), form.strip()
        for a, b in spans:
            yield from _parts(text, a, b)
        return
    for a, b in _groups(text, start, end):
        inner = _where(text, a, b)
        if inner:
            yield from _parts(text, *inner)


def _operands(text: str, start: int, end: int) -> tuple[list[tuple[int, int]], str]:
    """The operands of the weakest operator at depth 0: OR before AND; the AND of a BETWEEN is none."""
    found: dict[str, list[tuple[int, int]]] = {"or": [], "and": []}
    between = cases = 0
    for token, depth in _tokens(text, start, end):
        if depth or not token["word"]:
            continue
        word = token["word"].lower()
        cases += (word == "case") - (word == "end")
        if cases:
            continue
        if word == "between":
            between += 1
        elif word == "and" and between:
            between -= 1
        elif word in found:
            found[word].append(token.span())
    for word in ("or", "and"):
        if found[word]:
            edges = [start, *(place for span in found[word] for place in span), end]
            return list(zip(edges[::2], edges[1::2], strict=True)), word
    return [(start, end)], ""


def _groups(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The insides of the outermost parentheses."""
    found, opened = [], 0
    for token, depth in _tokens(text, start, end):
        if token["open"] == "(" and depth == 0:
            opened = token.end()
        elif token["close"] == ")" and depth == 0:
            found.append((opened, token.start()))
    return found


def _where(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The condition inside parentheses: all of it, or the WHERE of a sub-query; None for a list of arguments."""
    words = [
        (token["word"].lower(), token) for token, depth in _tokens(text, start, end) if not depth and token["word"]
    ]
    if not words or words[0][0] not in ("select", "with"):
        return start, end
    begin = next((token.end() for word, token in words if word == "where"), None)
    if begin is None:
        return None
    stop = next((token.start() for word, token in words if word in _ENDS_WHERE and token.start() > begin), end)
    return begin, stop


def _tokens(text: str, start: int, end: int) -> Iterator[tuple[re.Match[str], int]]:
    """Tokens with their depth; a closing parenthesis has the depth of its opening one."""
    depth = 0
    for token in _TOKEN.finditer(text, start, end):
        if token["close"]:
            depth -= 1
        if not token["skip"]:
            yield token, depth
        if token["open"]:
            depth += 1
