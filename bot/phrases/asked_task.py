"""Which task or application a command is about: `T88`, `t 88`, `Ａ203`, `88`, and what stands behind."""

import re

from bot.phrases.numbers import normal_text

UNIT = r"[-/.~][0-9]|,[0-9]{3}(?![0-9])|[万千百亿元块%％期天个年月号日点次笔成分家套人岁周]"
"""Behind digits without a letter it says that they count something, or are of a day: 「同意 3万」 names no task, and
「1-5」 none."""
TASK = rf"(?:[TtAa]\s?0{{0,8}}[1-9][0-9]{{0,8}}(?![0-9])|0{{0,8}}[1-9][0-9]{{0,8}}(?![0-9]|{UNIT}))"
"""A task's number as it is typed, or that of an application, for patterns over `normal_text`."""
TASK_WITH_LETTER = r"[TtAa]\s?0{0,8}[1-9][0-9]{0,8}(?![0-9])"
"""The same where its letter says that it is one."""
_TASK = re.compile(rf"({TASK})(.*)", re.DOTALL)
_AFTER = " ,，:：、。；;"
_ANOTHER = re.compile(
    r"[\s,，;；、。]*+(?:(?:还有|以及|[和及再跟]|同意|批准|通过|驳回|退回|拒绝|完成|转交|委派|后?加签)\s*+)*+"
    r"[TtAa]\s?[1-9][0-9]{0,8}(?![0-9A-Za-z])"
)


def split_task(text: str) -> tuple[str, int, str] | None:
    """The letter (`T`, or `A` for an application), the number, and the rest without the marks between: `T88：不行` ->
    (`T`, 88, `不行`). A mere number is a task's. None if no number stands there."""
    found = _TASK.fullmatch(normal_text(text).strip())
    if found is None:
        return None
    head = found[1].upper()
    return ("A" if head[0] == "A" else "T"), int(head.lstrip("TA").strip()), found[2].strip().lstrip(_AFTER)


def names_another(rest: str) -> bool:
    """Does what stands behind a task's number begin with another one: 「T88、T89」, 「T88，同意 T89」?"""
    return _ANOTHER.match(rest) is not None
