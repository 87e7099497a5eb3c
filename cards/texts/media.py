"""附件: what is said of pictures and files that people send and ask for."""

from cards import saying
from core.leads import contact_outcomes as contact

_MB = 1024 * 1024


def medium_received(outcome: contact.Received, name: str) -> str:
    """The answer to something sent whose lead is clear; `name` is its customer's."""
    number, what = outcome.lead_id, saying.MEDIA[outcome.kind]
    return f"收到{what}，存到 L{number}（{name}）。回复 附件 L{number} 可查看。"


def more_unsorted(outcome: contact.Received) -> str:
    """The answer to a further thing sent, while it is asked already to which lead the ones before belong."""
    what = saying.MEDIA[outcome.kind]
    return f"又收到{what}，共 {outcome.before + 1} 个。请在上面的卡片选存到哪位客户，或回复 存到 编号。"


def attached(outcome: contact.Attached, name: str) -> str:
    """The answer to 存到."""
    number = outcome.lead_id
    return f"已把 {outcome.count} 个附件存到 L{number}（{name}）。回复 附件 L{number} 可查看。"


NOTHING_TO_ATTACH = "没有等着存的图片或文件。请先发来，再选客户。"


def left_unsorted(count: int) -> str:
    """The answer to 不用保存."""
    return f"好的，{count} 个都不保存。" if count else NOTHING_TO_ATTACH


def sending(outcome: contact.Sending) -> str:
    """The answer to 附件 with a place in the list."""
    return f"正在发送 L{outcome.lead_id} 的附件 {outcome.number}（{saying.MEDIA[outcome.kind]}）。"


def no_such_medium(outcome: contact.NoSuchMedium) -> str:
    """The answer to a place that the list does not have."""
    if not outcome.lead_id:
        return "这个附件已经不在了。"
    which = f"附件 {outcome.number}" if outcome.number is not None else "这个附件"
    return f"L{outcome.lead_id} 没有{which}，共 {outcome.count} 个。回复 附件 L{outcome.lead_id} 查看。"


def no_media(lead_id: int, coming: int = 0) -> str:
    """The answer to 附件 of a lead that has none; `coming` are being fetched."""
    if coming:
        return f"L{lead_id} 有 {coming} 个附件正在保存，请稍后再看。"
    return f"L{lead_id} 还没有附件。点写跟进后直接发图片或文件，就会存在这里。"


def no_media_any_more(lead_id: int, into: int | None, *, seen: bool) -> str:
    """The same where the lead is closed and takes nothing any more; by a merge, its own went to `into`, which the
    person may look at (`seen`) or not."""
    if into is None:
        return f"L{lead_id} 没有附件，已结束。"
    look = f"请看：附件 L{into}。" if seen else "这位客户的事请问主管。"
    return f"L{lead_id} 已结束，已并入 L{into}，附件也在那里。{look}"


def medium_kept_late(lead_id: int | None) -> str:
    """Said when there was no room first, and is now."""
    return f"您之前发的图片或文件已保存{f'到 L{lead_id}' if lead_id else ''}。"


def medium_unfit(lead_id: int | None, limit: int | None) -> str:
    """Said of what cannot be kept: it is larger than `limit` bytes, or (None) nothing that is kept."""
    why = (
        f"超过 {limit // _MB} MB"
        if limit is not None
        else "只收图片、语音、视频、PDF 和不带宏的 docx、xlsx、pptx（旧版 Office 文件请另存为这三种）"
    )
    return f"{_what(lead_id)}没有保存：{why}。"


MEDIUM_WAITS = "存储空间已满，您发的图片或文件先留着，有空间后自动保存，最多等 3 天。请告诉管理员。"


def medium_lost(lead_id: int | None) -> str:
    """Said of what the platform did not give in time."""
    return f"{_what(lead_id)}没能从平台取到，没有保存，请重新发一次。"


def medium_not_sent(error_id: str) -> str:
    """Said in the stead of a file that could not be sent; the number is in the log too."""
    return f"附件没能发给您，请稍后再试；如果还是不行，请把编号 {error_id} 告诉管理员。"


def medium_maybe_sent(error_id: str) -> str:
    """The same of one of which nobody knows whether it has come."""
    return f"附件可能已发到您的聊天里；没有的话请再要一次，还是不行请把编号 {error_id} 告诉管理员。"


def _what(lead_id: int | None) -> str:
    return f"您发到 L{lead_id} 的图片或文件" if lead_id else "您发的图片或文件"
