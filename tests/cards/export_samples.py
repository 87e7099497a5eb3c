"""The card of an export, at its easiest and at its hardest. Everybody is made up."""

from datetime import UTC, datetime

from cards.model import Card
from cards.views.export import ExportNow, export_card
from core.exports.models import State
from core.exports.outcomes import Why
from core.exports.rules import ExportRules

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LONG = "额尔敦巴雅尔·乌兰其木格"
RULES = ExportRules()


def _card(state: State, why: Why | None = None, *, own: bool = True, decides: bool = False, hard: bool = False) -> Card:
    called = "部门客户 呼和浩特市新城区 A级 高意向 房抵 50万以上 3天未跟进" if hard else "我的客户"
    who = LONG if hard else "巴特尔"
    export = ExportNow(99_999 if hard else 12, called, who, 49_999 if hard else 120, state, why, NOW, LONG, LONG)
    return export_card(export, RULES, NOW, own=own, may_decide=decides)


EXPORT_VIEWS: dict[str, Card] = {
    "export": _card(State.WAITING, own=False, decides=True),
    "export_hard": _card(State.WAITING, own=False, decides=True, hard=True),
    "export_own": _card(State.WAITING),
    "export_own_hard": _card(State.WAITING, hard=True),
    "export_wanted": _card(State.WANTED),
    "export_permitted": _card(State.PERMITTED),
    "export_sent": _card(State.SENT, hard=True),
    "export_expired": _card(State.EXPIRED),
    "export_refused": _card(State.REFUSED, hard=True),
    **{f"export_{why.name.lower()}": _card(State.DROPPED, why) for why in Why},
}
