"""Whatever comes to a person by itself names its kind: nobody pushes past the manners.

Who answers what somebody did himself may send without one; those modules are named here. All others go through
`jobs/reach.py`, whose functions cannot be called without a kind, or say why themselves.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.manners.kinds import ReminderKind

ROOT = Path(__file__).parents[2]
SENDS = {"show": 4, "say": 4, "show_all": None, "send_file": 4, "text": 3, "text_about_lead": 4}
"""The functions of `core/store/post.py` by which something new comes to a person, and after how many arguments they
say why (None: within)."""
ANSWERS = {
    "bot/dispatch.py": "the reply to an event",
    "bot/given_up.py": "the reply to an event that came to nothing",
    "bot/in_group.py": "the id of a group, to who asked for it there",
    "bot/handlers/reports.py": "a file that was asked for",
    "jobs/customer_notices.py": "a file that was asked for",
    "jobs/keeping.py": "what became of a file that was sent",
    "jobs/undelivered.py": "what became of a contact that was added",
}
"""Modules that send without a kind, and what it answers."""


def calls(file: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        function = getattr(node, "func", None)
        if isinstance(node, ast.Call) and isinstance(function, ast.Attribute) and function.attr in SENDS:
            module = function.value
            if isinstance(module, ast.Name) and module.id == "post":
                yield node


def says_why(call: ast.Call) -> bool:
    assert isinstance(call.func, ast.Attribute)
    needed = SENDS[call.func.attr]
    named = any(keyword.arg == "why" for keyword in call.keywords)
    return named or (needed is not None and len(call.args) > needed)


def unnamed() -> set[str]:
    """The modules that send something new without saying why."""
    files = [file for room in ("bot", "jobs", "core") for file in (ROOT / room).rglob("*.py")]
    return {
        str(file.relative_to(ROOT))
        for file in files
        if file != ROOT / "core/store/post.py"
        for call in calls(file)
        if not says_why(call) and not (file.name == "reach.py" and call.func.attr == "show_all")  # type: ignore[attr-defined]
    }


def test_only_answers_come_without_a_kind() -> None:
    assert unnamed() == set(ANSWERS)


@pytest.mark.parametrize("pushes", ["post.show(unit, c, p, face)", "post.say(unit, c, p, t)", "post.text(unit, p, 1)"])
def test_a_push_without_its_kind_would_be_found(pushes: str, tmp_path: Path) -> None:
    file = tmp_path / "pushing.py"
    file.write_text(f"def tell(unit):\n    {pushes}\n", encoding="utf-8")
    assert [says_why(call) for call in calls(file)] == [False]


def test_nobody_writes_outbox_rows_but_post() -> None:
    """`outbox.put` knows no kind: only the functions above call it."""
    writers = {
        str(file.relative_to(ROOT))
        for room in ("bot", "jobs", "core")
        for file in (ROOT / room).rglob("*.py")
        if "outbox.put" in file.read_text(encoding="utf-8")
    }
    assert writers == {"core/store/post.py"}


def test_every_kind_is_sent_by_somebody() -> None:
    """A switch for what never comes would be a lie. (`BOARD` is that of boards as soon as they come by themselves.)"""
    text = "\n".join(
        file.read_text(encoding="utf-8")
        for room in ("bot", "jobs", "core/loans", "core/automation")
        for file in (ROOT / room).rglob("*.py")
    )
    unsent = {kind for kind in ReminderKind if f"ReminderKind.{kind.name}" not in text}
    assert unsent <= {ReminderKind.BOARD}
