"""`exports.yaml`: what people may export, how much of it, and above which size somebody else permits it."""

from datetime import timedelta

from config.problems import likely, quoted
from config.values import each_of, length
from config.yamlfile import Value
from core.exports.kinds import BY_NAME, ExportKind
from core.exports.rules import ExportRules

_MOST_ROWS = 50_000  # of a file: more than that takes longer to make than a message may wait
_MOST_DAILY = 200
_LONGEST = timedelta(days=30)
_NOBODY = ("不用", "不用审批", "不审批", "无")
_NO_LIMIT = f"不用审批就写 {_NOBODY[0]}"


def read_exports(top: Value) -> ExportRules:
    """The file from its top."""
    table = top.table((), ("approval_above", "most_rows", "daily", "good_for", "closed"))
    usual = ExportRules()
    above = _above(table["approval_above"]) if "approval_above" in table else usual.approval_above
    most = table["most_rows"].number(1, _MOST_ROWS) if "most_rows" in table else None
    daily = table["daily"].number(1, _MOST_DAILY) if "daily" in table else None
    good_for = length(table, "good_for")
    if good_for > _LONGEST:
        table["good_for"].problem("shape", what="最长 30天", found=table["good_for"].found(), example="3天")
    closed = each_of(table, "closed", _kind)
    return ExportRules(
        approval_above=above,
        most_rows=most or usual.most_rows,
        daily=daily or usual.daily,
        good_for=good_for or usual.good_for,
        closed=frozenset(kind for kind in closed if kind is not None),
    )


def _above(value: Value) -> int | None:
    """Only who says so has no approval: a line that was forgotten is no decision."""
    return None if value.word() in _NOBODY else value.number(0, _MOST_ROWS, no_limit=_NO_LIMIT)


def _kind(value: Value) -> ExportKind | None:
    text = value.text()
    if text and text not in BY_NAME:
        value.problem("choice", found=quoted(text), near=likely(text, BY_NAME), known=list(BY_NAME))
    return BY_NAME.get(text)
