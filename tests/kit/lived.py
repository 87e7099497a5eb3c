"""The life of an application, told in chat: what its export is checked against."""

from dataclasses import dataclass, field
from datetime import timedelta

from kit.company import Company
from kit.loans import hand_in, open_task

NAME, PHONE, ID_NUMBER, CODE = "刘志强·乌力吉", "13947100001", "150102199003074518", "91150100MA0QGHTL90"


@dataclass(slots=True)
class Story:
    """What was said, in order, and what the bot answered."""

    company: Company
    number: int = 0
    answers: list[str] = field(default_factory=list)

    def say(self, who: str, text: str, *answered: str) -> str:
        """Type it; the answer holds each of `answered`. A minute passes."""
        heard = self.company.person(who).say(text)
        for each in answered:
            assert each in heard.text, (text, heard.text, [card.title for card in heard.cards])
        self.company.clock.now += timedelta(minutes=1)
        self.answers.append(heard.text)
        return heard.text

    def task(self, who: str) -> str:
        """Who has it, by his open task."""
        return f"T{open_task(self.company, who)}"


def live(company: Company) -> Story:
    """Handed in against the rules, overridden, returned, changed, signed by another, paused, paid out, paid back: all
    that an inspection may ask about. Its customer is named where people should not."""
    story = Story(company)
    number = story.number = hand_in(company, name=NAME, phone=PHONE, monthly_income=1_800_000, monthly_debts=500_000)
    say = story.say
    say("batu", f"跟进 L1 {NAME} 说电话 {PHONE} 打不通，换晚上打")
    say("batu", f"评论 L1 {NAME} 的流水我看过了")
    say("agula", f"同意 {story.task('agula')} {NAME} 有房产，可以给审批看", "预审建议拒绝")
    say("agula", "确认", "已同意")
    say("liufang", f"退回 {story.task('liufang')} 提交人 材料不齐，让 {NAME} 补流水，身份证 {ID_NUMBER}", "已退回")
    say("batu", f"修改 A{number} 月收入 9万")
    say("batu", f"修改 A{number} 每月还款 2.7万")
    say("batu", f"提交 A{number}")
    say("batu", f"暂停 A{number} 待客户补件")
    say("batu", f"继续 A{number}")
    first = story.task("liufang")
    say("liufang", f"加签 {first} 何静 请核对流水")
    say("hejing", f"同意 {story.task('hejing')} 流水属实")
    say("liufang", f"同意 {first} 资料齐全", "已同意")
    say("agula", f"同意 {story.task('agula')}", "签约")
    _sign_and_pay_out(story)
    _pay_back(story)
    return story


def _sign_and_pay_out(story: Story) -> None:
    say, signing = story.say, story.task("batu")
    say("batu", f"同意 {signing}")
    for answer in ("4.9%", "12000", "不填", "不填"):
        say("batu", answer)
    payout = story.task("hejing")
    say("hejing", f"同意 {payout}")
    say("hejing", "48万")
    say("hejing", "11-24", "记下放款 48万")


def _pay_back(story: Story) -> None:
    say, number = story.say, story.number
    say("batu", f"还款计划 A{number} 等额本息 36期 年利率4.9% 首期 2026-12-24", "定好了")
    say("batu", f"延期还款 A{number} 2026-12-24 到 2026-12-30")
    say("batu", f"还款 A{number} 5000 11-24")
    say("batu", f"取消还款 A{number}", "取消")
    say("batu", f"还款 A{number} 6000 11-24")
