"""What can be exported, by the names that people and `exports.yaml` use."""

from enum import StrEnum


class ExportKind(StrEnum):
    """The lists and boards; the values stand in the rows of `export`."""

    OWN = "own"
    TEAM = "team"
    POOL = "pool"
    TODO = "todo"
    APPLICATIONS = "applications"
    WAITING = "waiting"
    LATE = "late"
    DETAILS = "details"
    BOARD = "board"


NAMES: dict[ExportKind, str] = {
    ExportKind.OWN: "我的客户",
    ExportKind.TEAM: "部门客户",
    ExportKind.POOL: "公海",
    ExportKind.TODO: "待办",
    ExportKind.APPLICATIONS: "进度",
    ExportKind.WAITING: "瓶颈",
    ExportKind.LATE: "逾期",
    ExportKind.DETAILS: "明细",
    ExportKind.BOARD: "看板",
}
BY_NAME = {name: kind for kind, name in NAMES.items()}
OF_NUMBERS = frozenset({ExportKind.BOARD})
"""These hold numbers and colleagues, and nothing of a customer: nobody has to permit them."""
