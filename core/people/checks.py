"""What is wrong with the lines of a people file, before anything is changed."""

from collections.abc import Sequence

from core.people.models import Person
from core.people.policy import Role
from core.people.register import Register
from core.people.rows import LONGEST, BadRow, PersonRow, path_of, roles_in
from core.privacy import normal_name

_Node = Person | PersonRow  # somebody who is known, or a line that brings somebody new


def check(rows: Sequence[PersonRow], known: Register) -> list[BadRow]:
    """Everything that is wrong: the lines by themselves in their order, then the circles that they make."""
    bad: list[BadRow] = []
    seen: set[tuple[str, str]] = set()
    userids = {row.wecom for row in rows} | set(known.by_wecom)
    for row in rows:
        bad += _wrong_cells(row)
        for column, userid in (("wecom_userid", row.wecom_userid), ("dingtalk_userid", row.dingtalk_userid)):
            key = column, (userid or "").casefold()
            if userid and (key in seen or (column == "dingtalk_userid" and known.takes_anothers_id(row))):
                bad.append(BadRow(row.line, column, "twice", userid))
            seen.add(key)
        if row.superior and row.above not in userids:
            bad.append(BadRow(row.line, "superior", "unknown", row.superior))
    return bad + _circles(rows, known)


def _wrong_cells(row: PersonRow) -> list[BadRow]:
    """What is wrong with a line, whatever stands in the others."""
    department = path_of(row.department)
    plain = {"name": normal_name(row.name), "department": department, "role": "".join(roles_in(row.role))}
    bad = [BadRow(row.line, column, "empty") for column, value in plain.items() if not value]
    bad += [
        BadRow(row.line, column, "long") for column, most in LONGEST.items() if len(getattr(row, column) or "") > most
    ]
    if "\\" in department:
        bad.append(BadRow(row.line, "department", "backslash", row.department))
    if not (row.wecom or row.dingtalk):
        bad.append(BadRow(row.line, "wecom_userid", "empty"))
    return bad + [BadRow(row.line, "role", "unknown", role) for role in roles_in(row.role) if role not in set(Role)]


def _circles(rows: Sequence[PersonRow], known: Register) -> list[BadRow]:
    """Each circle of superiors as they would be after the import, told once, at its first line that names a superior.
    What is not answered in time goes up this chain; in a circle it would never come to an end."""
    nodes: dict[PersonRow, _Node] = {row: known.find(row) or row for row in rows}
    by_userid: dict[str, _Node] = {**known.by_wecom, **{row.wecom: nodes[row] for row in rows if row.wecom}}
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
