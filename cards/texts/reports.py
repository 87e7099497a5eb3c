"""外部报告 and 授权: how the reports that an application wants stand, in words."""

from collections.abc import Sequence
from datetime import datetime

from cards import saying
from cards.texts.risk import value_said
from core.expressions import Fact, Kind
from core.loans.report_now import ReportNow, Standing
from core.loans.reported import AnotherApplicant, HandedIn, NoConsent, NoSuchReport
from core.loans.withdrawing import Withdrawn
from core.risk.consent import Authorised
from core.risk.policy import Named
from core.risk.providers import Figure, Provider

WHICH = "请写进件编号，如：报告 A203"
WHICH_TO_BRING = "请写进件编号和报告的名字，如：补报告 A203 征信报告"
WHICH_TO_WITHDRAW = "请写进件编号，如：撤回授权 A203"
NONE_WANTED = "这个产品不用查外部报告。"
SKIP = "不填"
STOPPED = "好的，这份报告先不录，什么都没有记。"
NO_PICTURE = "还没有收到报告。请先发报告的图片或文件，发完回复 好了。"
_WHY_NOT = {
    Standing.GOOD: "已经有了",
    Standing.NOTHING: "对方没有他的记录",
    Standing.AWAITED: "正在查",
    Standing.TO_ASK: "还没有查",
    Standing.TO_HAND_IN: "还没有录",
    Standing.FAILED: "没有查到",
    Standing.NO_CONSENT: "没有授权",
    Standing.NO_DATA: "缺要查的资料",
}


def standing_said(each: ReportNow, now: datetime) -> str:
    """`11月21日 10:05（3天前）`, `正在查`, `没有授权，请先收征信授权书`, `没有查到：今天的查询额度用完了`."""
    match each.standing:
        case Standing.GOOD if each.report is not None and each.report.ended_at is not None:
            typed = "，手工录入" if each.provider.exchange is not None and each.report.called_at is None else ""
            return f"{saying.at(each.report.ended_at, now)}{_age(each.report.ended_at, now)}{typed}"
        case Standing.NO_CONSENT:
            paper = f"，请先收{each.paper.name}" if each.paper is not None else ""
            return f"没有授权{paper}"
        case Standing.FAILED if each.report is not None and each.report.fault:
            return f"没有查到：{_why(each.report.fault)}"
        case _:
            return _WHY_NOT[each.standing]


def _why(fault: str) -> str:
    """As people read it; what is not Chinese is for engineers."""
    return f"对方系统出错（{fault}）" if fault.isascii() else fault


def _age(at: datetime, now: datetime) -> str:
    days = (now - at).days
    return f"（{days}天前）" if days else ""


def consent_said(each: ReportNow) -> str:
    """`授权到 2027-02-26`; empty without one."""
    return f"授权到 {each.consent.until:%Y-%m-%d}" if each.consent is not None else ""


def figures_said(provider: Provider, figures: dict[str, Fact]) -> list[str]:
    """`当前逾期 0元`, each that the report says."""
    return [f"{each.label} {figure_said(each, figures.get(each.key))}" for each in provider.figures]


def figure_said(figure: Figure, value: Fact | None) -> str:
    """A figure as people read it."""
    return value_said(value, Named(figure.key, figure.kind, figure.label, figure.unit))


def lacking_said(lacking: Sequence[ReportNow]) -> list[str]:
    """What its officer has to bring before it can be handed in: `征信报告（没有授权，请先收征信授权书）`."""
    return [f"{each.provider.name}（{_to_bring(each)}）" for each in lacking]


def _to_bring(each: ReportNow) -> str:
    if each.standing is Standing.TO_HAND_IN:
        return "还没有录"
    if each.standing is Standing.NO_DATA:
        return "缺证件号或手机号"
    return f"没有授权，请先收{each.paper.name}" if each.paper is not None else "没有授权"


def authorised_said(found: Authorised) -> str:
    """Behind a paper that was sent: what it authorises."""
    if not found.purposes:
        return "这是以前用过的授权书，授权已经到期或撤回，查报告要请客户重新签。"
    return f"已记下授权：{'、'.join(found.purposes)}，到 {found.until:%Y-%m-%d}。"


def withdrawn(outcome: Withdrawn) -> str:
    """撤回授权."""
    number = outcome.application_id
    if not outcome.purposes:
        return f"A{number} 的客户没有有效的授权，不用撤回。"
    return (
        f"已撤回客户的授权：{'、'.join(outcome.purposes)}。以后不再查他的报告，查过的也不再用。"
        f"又同意了，请重新签授权书，发 补材料 A{number}。"
    )


def ask_pictures(number: int, provider: Provider) -> str:
    """补报告: the pictures are waited for."""
    return f"请发 A{number} 的「{provider.name}」：图片或文件，几张都可以，发完回复 好了。回复 取消 退出。"


NO_FILES = "这份报告没有原件可以看。"


def files_sent(provider: Provider, count: int) -> str:
    """看原件."""
    return f"正在发「{provider.name}」的原件，共 {count} 份。"


def taken(provider: Provider, count: int) -> str:
    """A picture or file of a report that is being brought."""
    return f"收到，「{provider.name}」第 {count} 份。还有就接着发，发完回复 好了。"


def ask_figure(figure: Figure, place: int, count: int) -> str:
    """The question for one figure."""
    asks = "：是，还是 否？" if figure.kind is Kind.YES_NO else "是什么？" if figure.kind is Kind.TEXT else "是多少？"
    return f"{place}/{count} 报告上的「{figure.label}」{asks}没有写的回复 {SKIP}。"


def waits_for_pictures(provider: Provider) -> str:
    """Words while the pictures are waited for."""
    return f"正在等「{provider.name}」的图片或文件，请直接发；发完回复 好了，不录了回复 取消。"


def which_report(number: int, names: Sequence[str]) -> str:
    """补报告 A203 without a name that is clear."""
    return f"A{number} 要补哪一份？请这样发：补报告 A{number} {names[0]}（可以补：{'、'.join(names)}）"


def handed_in(outcome: HandedIn, figures: Sequence[str], who: Sequence[str]) -> str:
    """A report that was brought is there."""
    number, name = outcome.application_id, outcome.provider.name
    said = f"已记 A{number} 的「{name}」：{'，'.join(figures)}。记错了重新发 补报告 A{number} {name}。"
    return f"{said}A{number} 接着往下走，由 {'、'.join(who)} 处理。" if outcome.went_on and who else said


def not_handed_in(outcome: NoSuchReport | NoConsent | AnotherApplicant) -> str:
    """Why a report cannot be brought."""
    number = outcome.application_id
    if isinstance(outcome, AnotherApplicant):
        name = outcome.provider.name
        return f"没有录：A{number} 的申请人在您填的时候改了。请核对后重新录：补报告 A{number} {name}"
    if isinstance(outcome, NoConsent):
        paper = outcome.report.paper
        first = f"请先收{paper.name}：补材料 A{number} {paper.name}" if paper is not None else "请先请客户签授权书"
        return f"客户没有授权「{outcome.report.provider.purpose}」，不能录「{outcome.report.provider.name}」。{first}"
    if outcome.standing is None:
        return f"A{number} 不用这份报告。回复 报告 A{number} 看要哪些。"
    return f"这份报告由系统去查（{_WHY_NOT[outcome.standing]}），现在不用手工录。"


def asking_now(names: Sequence[str]) -> str:
    """Beside 重新评估: what was asked for and is not there yet."""
    return f"正在查{'、'.join(names)}，结果回来会再评一次。"


def missing(number: int, lacking: Sequence[ReportNow], now: datetime) -> str:
    """To the officer: reports without which it does not go on do not come."""
    why = "；".join(f"{each.provider.name}{standing_said(each, now)}" for each in lacking)
    said = f"A{number} 要的外部报告没有齐，已退回给您。{why}。"
    failed = [each for each in lacking if each.standing is Standing.FAILED]
    if not failed:
        return f"{said}补好了再发 提交 A{number}。"
    return f"{said}过一会再发 提交 A{number} 会重新查；手上有的也可以 补报告 A{number} {failed[0].provider.name}。"
