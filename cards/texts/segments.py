"""我的客户 with words, 部门客户: what is said."""

from collections.abc import Sequence

from cards import saying
from core.leads.segments import DueWhen, Segment
from core.regions import PROVINCE, REGIONS

_DUE = {
    DueWhen.TODAY: "今天到期",
    DueWhen.TOMORROW: "明天到期",
    DueWhen.LATE: "逾期",
    DueWhen.BY_TODAY: "到期",
    DueWhen.NEVER: "未约",
}
_CODE = 6
_MOST_DEPARTMENTS = 5


def segment_said(segment: Segment) -> str:
    """A segment in words that can be typed again: `A 高意向 房抵 50万以上 3天未跟进`; of nothing it is 全部."""
    said = [segment.department] if segment.department else []
    said += [f"{grade}级" if grade else "未评级" for grade in segment.grades]
    said += [*segment.tags, *(f"非{tag}" for tag in segment.without), *map(saying.product, segment.products)]
    said += [_place(region) for region in segment.regions]
    said += _amounts(segment)
    said += [f"{segment.idle}天未跟进"] if segment.idle is not None else []
    said += ["从未跟进"] if segment.never else []
    said += [_DUE[segment.due]] if segment.due else []
    return " ".join(said) or "全部"


def _place(prefix: str) -> str:
    if prefix == PROVINCE:
        return "内蒙古"
    found = REGIONS.get(prefix.ljust(_CODE, "0"))
    return found.full_name if found else prefix


def _amounts(segment: Segment) -> list[str]:
    said = [f"{saying.money(segment.least_fen)}以上"] if segment.least_fen is not None else []
    return said + ([f"{saying.money(segment.most_fen)}以下"] if segment.most_fen is not None else [])


def segment_not_understood(command: str, word: str, nearest: str, whole: str) -> str:
    """The answer to a word that one cannot ask for; `whole` is the whole with the nearest word in its place."""
    said = saying.plain(word, 16)
    if nearest:
        return f"没看懂「{said}」，是不是 {nearest}？请发：{command} {saying.plain(whole, 80)}"
    example = f"{command} A 高意向 房抵 50万以上 3天未跟进"
    return f"没看懂「{said}」。可以写等级、标签、产品、地区、部门、金额、几天未跟进、今天到期，如：{example}"


def which_department(command: str, word: str, paths: Sequence[str], whole: str) -> str:
    """The answer to a name that several departments have; `whole` is the whole with the first one's path."""
    some = "、".join(paths[:_MOST_DEPARTMENTS]) + (" 等" if len(paths) > _MOST_DEPARTMENTS else "")
    called = f"有 {len(paths)} 个部门叫「{saying.plain(word, 16)}」：{some}。"
    return f"{called}请写全，如：{command} {saying.plain(whole, 80)}"


def not_your_department(command: str, word: str, paths: Sequence[str], behind: str = "") -> str:
    """The answer to a department that the reader does not look after; `paths` are those he does."""
    said = f"「{saying.plain(word, 30)}」不归您管，看不到那里的客户。"
    some = "、".join(paths[:_MOST_DEPARTMENTS])
    return f"{said}您能看的部门：{some}，如：{command} {paths[0]}{saying.plain(behind, 80)}" if paths else said


ONLY_OWN = "您看得到的只有自己名下的客户，所以下面是您自己的。"
"""Said to who asked for his department's and looks after nobody."""
