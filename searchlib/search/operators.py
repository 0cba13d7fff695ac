"""Find the parts of a query that were read as operators."""

from __future__ import annotations

from collections.abc import Iterator

from searchlib.models import Note, QueryOperator
from searchlib.query import tree
from searchlib.search.explain import format_node


def query_operators(node: tree.Node) -> Iterator[QueryOperator]:
    """Yield the excluded parts of a query, its alternatives, and its texts with a field, in order."""
    match node:
        case tree.Not(child):
            yield QueryOperator(kind="not", text=format_node(child))
        case tree.Or(children):
            yield QueryOperator(kind="or", text=" OR ".join(map(format_node, children)))
        case tree.And(children):
            for each in children:
                yield from query_operators(each)
        case tree.UnquotedText(text, field) | tree.Phrase(text, field) if field is not None:
            yield QueryOperator(kind=field, text=text)
        case tree.FieldRange(field, values):
            yield QueryOperator(kind=field, text=values.text)


def literal_note(text: str, negation: tree.Not) -> Note:
    """Return a note that a negation, typed as ``text``, was searched literally, with the other way to write it."""
    excluded = format_node(negation.child)
    return Note(
        "有文章含有“%(text)s”，已按字面查找；要排除“%(excluded)s”，请写 %(other)s。",
        "Articles contain “%(text)s”, so it was searched literally. To exclude “%(excluded)s”, write %(other)s.",
        text=text,
        excluded=excluded,
        other=f"-{excluded}" if text.startswith("NOT") else f"NOT {excluded}",
    )


def operator_note(operator: QueryOperator) -> Note:
    """Return a note that tells how a text was read."""
    text = operator.text
    match operator.kind:
        case "not":
            return Note(
                "结果不含“%(text)s”：它前面的减号或 NOT 是运算符。也可以按字面搜索。",
                "Without “%(text)s”: the minus or NOT before it is an operator. It can be searched for literally instead.",
                text=text,
            )
        case "or":
            return Note(
                "“%(text)s”任选其一：OR 或竖线是运算符。也可以按字面搜索。",
                "Any of “%(text)s”: OR or the bar is an operator. It can be searched for literally instead.",
                text=text,
            )
        case "title":
            return Note(
                "只在标题中查找“%(text)s”。也可以按字面搜索。",
                "Only titles are searched for “%(text)s”. It can be searched for literally instead.",
                text=text,
            )
        case "category":
            return Note(
                "只在分类中查找“%(text)s”。也可以按字面搜索。",
                "Only categories are searched for “%(text)s”. It can be searched for literally instead.",
                text=text,
            )
        case "tag":
            return Note(
                "只在标签中查找“%(text)s”。也可以按字面搜索。",
                "Only tags are searched for “%(text)s”. It can be searched for literally instead.",
                text=text,
            )
        case "author":
            return Note(
                "只在作者中查找“%(text)s”。也可以按字面搜索。",
                "Only authors are searched for “%(text)s”. It can be searched for literally instead.",
                text=text,
            )
        case _:
            return Note(
                "只在 %(field)s 中查找“%(text)s”。也可以按字面搜索。",
                "Only %(field)s is searched for “%(text)s”. It can be searched for literally instead.",
                field=operator.kind,
                text=text,
            )
