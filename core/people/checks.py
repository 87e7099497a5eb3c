"""What is wrong with the lines of a people file, before anything is changed."""

from collections.abc import Sequence

from core.people.models import Person
from core.people.policy import Role
from core.people.register import Register
from core.people.rows import (
    LONGEST,
    BadRow,
    PersonRow,
    administers,
    control_in,
    has_wrong_slash,
    is_account,
    roles_in,
)
from core.privacy import normal_phone

_NEVER_EMPTY = ("name", "department", "role")
_Node = Person | PersonRow  # somebody who is known, or a line that brings somebody new


def check(rows: Sequence[PersonRow], known: Register) -> list[BadRow]:
    """Everything that is wrong: the lines by themselves in their order, then the circles that they make. If nothing is:
    the lines that would leave the company without an administrator (a mistyped role is told as what it is)."""
    bad: list[BadRow] = []
    seen: set[tuple[str, str]] = set()
    userids = {userid for row in rows for userid in (row.wecom, row.dingtalk)} | {*known.by_wecom, *known.by_dingtalk}
    for row in rows:
        bad += _wrong_cells(row)
        for column, userid in (("wecom_userid", row.wecom), ("dingtalk_userid", row.dingtalk)):
            key = column, userid
            if userid and (key in seen or (column == "dingtalk_userid" and known.takes_anothers_id(row))):
                bad.append(BadRow(row.line, column, "twice", getattr(row, column)))
            seen.add(key)
        if row.above and row.above not in userids and not control_in(row.superior or ""):
            bad.append(BadRow(row.line, "superior", "unknown", row.superior or ""))
    bad += _circles(rows, known)
    return bad or _last_administrators(rows, known)


def _wrong_cells(row: PersonRow) -> list[BadRow]:
    """What is wrong with a line, whatever stands in the others; one thing for each cell."""
    stored = row.stored
    bad = [BadRow(row.line, column, *why) for column in stored if (why := _wrong_cell(row, column, stored[column]))]
    told = {each.column for each in bad}
    if not (row.wecom or row.dingtalk or "wecom_userid" in told):
        bad.append(BadRow(row.line, "wecom_userid", "empty"))
    unknown = [] if "role" in told else [role for role in roles_in(row.role) if role not in set(Role)]
    return bad + [BadRow(row.line, "role", "unknown", role) for role in unknown]


def _wrong_cell(row: PersonRow, column: str, value: str) -> tuple[str, str] | None:
    """Why a cell, which would be stored as `value`, cannot be taken, and the offending value."""
    if control := control_in(getattr(row, column)):
        return "control", control
    if not value and column in _NEVER_EMPTY:
        return "empty", ""
    if len(value) > LONGEST.get(column, len(value)):
        return "long", ""
    if column == "department" and has_wrong_slash(value):
        return "slash", row.department
    if column in ("wecom_userid", "dingtalk_userid") and not is_account(value):
        return "account", getattr(row, column)
    if column == "phone" and value and normal_phone(value) is None:
        return "phone", ""
    return None


def _last_administrators(rows: Sequence[PersonRow], known: Register) -> list[BadRow]:
    """The lines that make administrators of now something else, if nobody would be one after the import."""
    lines = {known.find(row): row for row in rows}
    now = known.administrators()
    if any(administers(row.role) for row in rows) or any(person not in lines for person in now):
        return []
    return [BadRow(lines[person].line, "role", "administrator", lines[person].role) for person in now]


def _circles(rows: Sequence[PersonRow], known: Register) -> list[BadRow]:
    """Each circle of superiors as they would be after the import, told once, at its first line that names a superior.
    What is not answered in time goes up this chain; in a circle it would never come to an end."""
    nodes: dict[PersonRow, _Node] = {row: known.find(row) or row for row in rows}
    by_userid: dict[str, _Node] = {
        **known.by_dingtalk,
        **{row.dingtalk: nodes[row] for row in rows if row.dingtalk},
        **known.by_wecom,
        **{row.wecom: nodes[row] for row in rows if row.wecom},
    }
    by_id = {person.id: person for person in known.before}
    above: dict[_Node, _Node | None] = {person: by_id.get(person.superior_id or 0) for person in known.before}
    above |= {nodes[row]: by_userid.get(row.above) for row in rows if row.superior is not None}
    said = {node: userid for userid, node in by_userid.items()}
    told: set[_Node] = set()
    bad = []
    for row in rows:
        circle = _circle(nodes[row], above) if row.superior and nodes[row] not in told else []
        if circle:
            told.update(circle)
            way = " → ".join(said.get(node, node.name) for node in (*circle, circle[0]))
            bad.append(BadRow(row.line, "superior", "circle", way))
    return bad


def _circle(start: _Node, above: dict[_Node, _Node | None]) -> list[_Node]:
    """From `start` up to the one whose superior is `start` again; nobody if the way up ends, or turns elsewhere."""
    way: dict[_Node, None] = {start: None}
    step = above.get(start)
    while step is not None and step not in way:
        way[step] = None
        step = above.get(step)
    return list(way) if step is start else []
