"""What the officer of an application hears of what others did with it, where that is a sentence and no card."""

from cards import saying


def paid_out_more(number: int, amount_fen: int, planned_fen: int, send: str) -> str:
    """To the officer: it was paid out once more, beyond what the repayment plan was made for. `send` sets it anew."""
    made = f"还款计划还是按 {saying.money(planned_fen)} 定的，请照放款的总额重新定，发：{send}"
    return f"A{number} 又放款 {saying.money(amount_fen)}。{made}"


def payout_corrected(
    number: int, amount_fen: int, paid_on: str, by: str, planned_fen: int | None, lent_fen: int, send: str = ""
) -> str:
    """To the officer: what was paid out was written down wrongly; `lent_fen` is all that was by now. `send` sets the
    plan anew, if it is of another sum."""
    made = f"还款计划是按 {saying.money(planned_fen)} 定的，" if planned_fen else ""
    anew = "新的金额" if lent_fen == amount_fen else f"放款的总额 {saying.money(lent_fen)} "
    plan = made and f"{made}{f'请照{anew}重新定，发：{send}' if send else '贷款已经结清，请核对多还或少还的部分。'}"
    return f"{by} 更正了 A{number} 的放款记录：{saying.money(amount_fen)}，{paid_on} 放款。{plan}"


def amount_lowered(number: int, node: str, by: str, before_fen: int, amount_fen: int) -> str:
    """At a node less is granted than he applied for."""
    return f"{by} 在「{node}」把 A{number} 的金额由 {saying.money(before_fen)} 改为 {saying.money(amount_fen)}。"
