"""Cards as the product shows them, for the golden files, and the signer of their buttons. Everybody is made up."""

from dataclasses import replace
from datetime import UTC, datetime

from cards.actions import Action, Signer
from cards.lead_actions import ClaimLeads, ReleaseLead, ShowLead, ShowMine, StartApplication, WriteFollowUp
from cards.model import Button, Card, Checklist, Field, Link, Option, Select, Style

EXPIRES = datetime(2026, 1, 1, tzinfo=UTC)
SIGNER = Signer({"k1": b"\x01" * 32}, "wecom:ww1:1000002")


def pack(act: Action) -> str:
    """A button key that is the same in every run."""
    return SIGNER.pack(act, "c1", EXPIRES)


LONG_NOTE = "客户在包头做奶制品批发，名下一套商铺一套住宅，想用商铺做抵押周转一百二十万，最长能接受三年；" * 5

POOL = Card(
    title="公海 呼和浩特",
    subtitle="今日已领 2/10，勾选后点领取",
    checklist=Checklist(
        key="leads",
        options=(
            Option("1024", "L1024 巴**·孟* 房抵", "L1024 138****1111 回民区 50万 抖音 等2天", checked=True),
            Option("1025", "L1025 王** 车抵", "L1025 139****2222 新城区 8万 转介绍 等3小时"),
            Option("1031", "L1031 斯**·乌**·巴****额 信用贷", "L1031 150****3333 土默特左旗 30万 地推 等40分钟"),
        ),
        submit=Button("领取", ClaimLeads("hohhot"), Style.PRIMARY),
    ),
)
LEAD = Card(
    title="客户 巴特尔·孟和 L1024",
    subtitle="A级 · 高意向",
    fields=(
        Field("电话", "13800001111"),
        Field("地区", "呼和浩特 回民区"),
        Field("需求", "房抵 50万 36期"),
        Field("渠道", "抖音 2025-11-20"),
        Field("归属", "李娜 今天 09:12 起"),
        Field("下次", "明天 10:00 面谈"),
        Field("标签", "有房 有社保"),
        Field("来访", "第 2 次，首次来自转介绍"),
    ),
    quote="11-21 14:05 李娜：意向强，明天10点面谈",
    lines=("11-20 16:30 李娜：未接通",),
    buttons=(
        Button("写跟进", WriteFollowUp(1024), Style.PRIMARY),
        Button("进件", StartApplication(1024)),
        Button("释放", ReleaseLead(1024), Style.DANGER),
    ),
    links=(Link("打开资料", "https://crm.example.com/l/1024"),),
)
HOSTILE = Card(
    title="\u202e客户 <@all>\u200b",
    fields=(Field("姓名", "$userName=boss$ 你好"), Field("备注\u0000", "第一行\n状态：已同意")),
    lines=("$\u200buserName=boss$ [点我](https://evil.example)", "全家 👨‍👩‍👧 🇨🇳"),
    buttons=(Button("详情", ShowLead(7)),),
)
TRANSFER = Card(
    title="转移 L1024",
    subtitle="转给谁，为什么",
    selects=(
        Select("to", "转给", (Option("li.na", "李娜"), Option("wu.yun", "乌云其其格", checked=True))),
        Select("why", "原因", (Option("away", "出差"), Option("area", "不在我的片区"))),
    ),
    submit=Button("转移", ShowLead(1024), Style.PRIMARY),
)
LONG = Card(
    title="跟进已记录 L1024",
    emphasis="下次 11-25 10:00",
    lines=(LONG_NOTE,),
    buttons=(Button("我的客户", ShowMine(1)),),
)
BOARD = Card(
    title="日报 11-24",
    emphasis="放款 120 万",
    fields=(Field("新增", "18"), Field("领取", "12")),
    links=(Link("看明细", "https://crm.example.com/d"), Link("看排行", "https://crm.example.com/r")),
)
PLAIN = Card(title="已登记", lines=("巴特尔·孟和已录入，编号 L1024。",), buttons=(Button("详情", ShowLead(1024)),))


def done(card: Card, label: str = "已领取") -> Card:
    """The same card after somebody acted on it."""
    return replace(card, done=label)


SENT: dict[str, Card] = {
    "pool": POOL,
    "lead": LEAD,
    "hostile": HOSTILE,
    "transfer": TRANSFER,
    "long": LONG,
    "board": BOARD,
    "plain": PLAIN,
    "board_done": done(BOARD, "已过期"),
}
TOLD: dict[str, Card] = SENT | {"pool_done": done(POOL), "transfer_done": done(TRANSFER, "已转移")}
UPDATED: dict[str, Card] = {
    "pool": POOL,
    "pool_done": done(POOL),
    "lead_done": done(LEAD, "已释放"),
    "transfer_done": done(TRANSFER, "已转移"),
    "board_done": done(BOARD, "已过期"),
    "plain": PLAIN,
}
