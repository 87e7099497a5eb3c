"""补材料: what is said of the papers of an application, and of pictures and files that are sent for it."""

from collections.abc import Sequence

from cards.texts import reports
from cards.texts.words import Words
from core.loans.forms import Document, FormField
from core.loans.outcomes import NothingSent, OtherPictures, PaperGone, PaperInUse, PaperPut
from core.loans.queries import Paper


def paper_put(outcome: PaperPut, words: Words) -> str:
    """A picture that is a paper now; what is still wanted, or who has the application now."""
    which = f"（第 {outcome.count} 份）" if outcome.added == 1 else f"，{outcome.added} 个，现在共 {outcome.count} 份"
    said = f"收到，存为 A{outcome.application_id} 的「{outcome.document.name}」{which}。"
    if outcome.authorised is not None and (outcome.authorised.new or not outcome.authorised.purposes):
        said += reports.authorised_said(outcome.authorised)
    if outcome.went_on:
        who = "、".join(words.names.get(one, "同事") for one in outcome.waiting_for)
        return f"{said}资料齐了，已到{outcome.stage}" + (f"，由 {who} 处理。" if who else "。")
    if outcome.missing:
        return f"{said}还缺：{names_of(outcome.missing)}。"
    number = outcome.application_id
    return f"{said}这一步要的资料齐了。" + (f"回复 提交 A{number} 交去审批。" if outcome.to_hand_in else "")


def nothing_sent(outcome: NothingSent) -> str:
    """用刚发的, with nothing there any more, or more than was shown."""
    if outcome.now:
        more = f"您又发了图片或文件，现在是 {outcome.now} 个，还没有归类。"
        return f"{more}都是「{outcome.document.name}」就再点一次 用刚发的。"
    return f"这些图片或文件已经归类，或者不在了。请直接发「{outcome.document.name}」。"


def also_a_paper(number: int) -> str:
    """Beside what was put to a lead whose application still wants papers."""
    return f"要作为 A{number} 的进件资料，请发：补材料 A{number}，选一份再点 用刚发的。"


def papers_said(papers: Sequence[Paper]) -> list[str]:
    """Which papers are there, the fullest wording first: `齐全 5/5`, `3/5，缺 房产证、征信授权书`,
    `4/5，之后还要 借款合同`, and what nothing hangs on: `6/7，还可以补 房屋照片`."""
    so_far, left = papers_there(papers), [each for each in papers if not each.count]
    if not left:
        return [f"齐全 {so_far}"]
    groups = {
        "缺": [each.document.name for each in left if each.document.stage and not each.later],
        "之后还要": [each.document.name for each in left if each.document.stage and each.later],
        "还可以补": [each.document.name for each in left if not each.document.stage],
    }
    word, wanted = next((word, names) for word, names in groups.items() if names)
    names = [f"{'、'.join(wanted[:some])} 等 {len(wanted)} 份" for some in range(len(wanted) - 1, 0, -1)]
    return [f"{so_far}，{word} {said}" for said in ("、".join(wanted), *names)]


def papers_there(papers: Sequence[Paper]) -> str:
    """How many of them are there: `5/6`."""
    return f"{sum(bool(each.count) for each in papers)}/{len(papers)}"


def names_of(papers: Sequence[Document]) -> str:
    """`身份证正反面、房产证`."""
    return "、".join(each.name for each in papers)


def paper_gone(outcome: PaperGone) -> str:
    """去掉."""
    if not outcome.count:
        return f"「{outcome.document.name}」还没有，不用去掉。"
    return f"已去掉「{outcome.document.name}」的 {outcome.count} 份，图片还留在客户的附件里。请重新发。"


def paper_in_use(outcome: PaperInUse) -> str:
    """去掉 of what it was handed in with."""
    number, name = outcome.application_id, outcome.document.name
    return f"A{number} 已交去审批，「{name}」不能去掉。发错了就直接补一份对的：补材料 A{number} {name}"


def other_pictures(outcome: OtherPictures) -> str:
    """去掉, with other pictures there than the card says."""
    name = outcome.document.name
    return f"没有去掉：「{name}」现在有 {outcome.now} 份，跟卡片上的不一样。卡片已更新，确定要去掉就再点一次。"


def no_papers(number: int) -> str:
    """补材料 where the form asks for none."""
    return f"A{number} 没有要补的资料。"


def waits_for_paper(number: int, name: str) -> str:
    """Words while a paper is waited for."""
    return f"正在等 A{number} 的「{name}」，请直接发图片或文件；发完回复 好了。要发别的资料，回复它的名字。"


def which_paper(names: Sequence[str]) -> str:
    """Words that name several papers."""
    return f"是哪一份？请回复全名：{'、'.join(names)}。"


def papers_left(number: int) -> str:
    """取消 while a paper is waited for."""
    return f"好的，先不发了。接着发，回复 补材料 A{number}。"


def file_taken(field: FormField, count: int) -> str:
    """A picture or file for a field."""
    return f"收到，存为「{field.label}」（第 {count} 份）。还有就接着发；发完回复 好了。"
