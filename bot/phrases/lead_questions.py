"""What asks for a customer and no more: 「L1301资料」, 「L2的客户情况」, 「看看L2」."""

import re

from bot.phrases.numbers import folded, read_lead_number, split_number

_BEFORE = re.compile(
    "(?:请|麻烦)?(?:帮我?|给我|我)?(?:想|要)?再?(?:看看?|查看?|查一?查|看一?下|查一?下|打开|显示)[ :,]*(?=[Ll])"
)
_MORE = re.compile(
    "的?(?:这个|这位)?(?:客户|线索)?的?(?:详细|基本)?(?:资料|信息|详情|情况|档案|卡片?|状态|进展|进度|怎么样|什么情况|是谁|呢)?"
    "[吧呀啊呢吗.。!?~ ]*"
)


def asks_for_lead(text: str) -> int | None:
    """The number of the lead that `text` asks for, if it is nothing but that."""
    said = _BEFORE.sub("", text.strip(), count=1)
    split = split_number(said)
    if split is not None and _MORE.fullmatch(folded(split[1])):
        return split[0]
    return read_lead_number(said)
