"""What is said of deciding together: 会签, 或签, 比例, 依次, and of one vote for each."""

from core.loans.flows import Approve, Mode
from core.loans.voting import agreements_wanted


def together(node: Approve, seats: int) -> str:
    """How those decide together who have a node: `比例：共 5 人，3 人同意就通过`; empty where it is one alone."""
    if seats < 2:
        return ""
    match node.mode:
        case Mode.ALL:
            return f"会签：共 {seats} 人，都同意才通过。"
        case Mode.ANY:
            return f"或签：共 {seats} 人，谁先处理就以谁的为准。"
        case Mode.SEQUENCE:
            return f"依次审批：共 {seats} 人，一个接一个，都同意才通过。"
        case Mode.RATIO:
            return f"比例：共 {seats} 人，{agreements_wanted(node.ratio, seats)} 人同意就通过。"


def own_vote(number: int) -> str:
    """To who stands in for somebody beside whom he decides himself."""
    return f"您自己在这一步也有一票（T{number}）。一人只能投一票：代了这一票，自己那票就要转交。"


def own_vote_gone(number: int) -> str:
    """Beside the answer to who voted for somebody beside whom he had a vote of his own."""
    return f"一人只有一票，您自己的 T{number} 请转交：转交 T{number} 姓名。"
