"""释放 and 转移: with and without a reason, by button, who is told, and whose cards change."""

import pytest
from kit.company import ON_ONE_DATABASE, Company
from kit.phones import PARTS
from sqlalchemy import select

from core.leads.models import Ownership, reason_place
from core.people.models import Person
from core.people.service import PersonRow, import_people
from core.store.audit import AuditRow


def reasons(company: Company) -> list[str]:
    with company.runtime.store.read() as session:
        rows = session.scalars(select(Ownership).order_by(Ownership.id)).all()
    opened = company.runtime.store.vault.open
    return [opened(reason_place(row.id), row.reason) if row.reason else "" for row in rows]


def audited(company: Company) -> list[tuple[str, str]]:
    with company.runtime.store.read() as session:
        return [(row.action, row.subject) for row in session.scalars(select(AuditRow).order_by(AuditRow.seq))]


def people(company: Company, *rows: PersonRow) -> None:
    with company.runtime.store.unit(request_id="test") as unit:
        import_people(unit, rows)


def test_a_lead_is_released_with_its_reason(company: Company) -> None:
    company.lead(by="batu")
    heard = company.person("batu").say("释放 L1 联系不上，三次未接")
    assert heard.text == "L1 已释放到呼和浩特池。"
    assert company.owner(1) is None
    assert reasons(company) == ["", "联系不上，三次未接"]
    assert ("lead:release", "lead:1") in audited(company)


@pytest.mark.parametrize("way", ["typed", "tapped"])
def test_without_a_reason_it_is_asked_for(company: Company, way: str) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    asked = batu.say("释放 L1") if way == "typed" else batu.tap(batu.say("L1").card, "释放")
    assert asked.text == "请回复释放 L1（刘志强）的原因，如：联系不上。回复 取消 保留。"
    assert company.owner(1) is not None
    assert batu.say("没有意向").text == "L1 已释放到呼和浩特池。"
    assert reasons(company)[-1] == "没有意向"


def test_a_release_can_be_left_and_the_lead_stays(company: Company) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    for typed in ("取消", "取消吧", "不释放了", "点错了"):
        batu.say("释放 L1")
        assert batu.say(typed).text == "好的，没有释放，线索仍在原归属人名下。"
        assert company.owner(1) == batu.actor.id, typed


DOUBTFUL = {
    "取消释放": "像是不想释放",
    "我不想释放了": "像是不想释放",
    "先别放": "像是不想释放",
    "不想了": "像是不想释放",
    "13800001112": "不像原因",
    "晚上": "像是约时间",
    "意向强，明天10点面谈": "像是约时间",
    "转给李娜": "像是另一条命令",
    "L1301": "不像原因",
    "等一下": "像是还没想好",
    "不知道": "像是还没想好",
    "好的": "不像原因",
    "嗯": "不像原因",
}


def test_what_may_be_no_reason_is_asked_about_once_and_releases_nothing(company: Company) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    for typed, why in DOUBTFUL.items():
        batu.say("释放 L1")
        assert batu.say(typed).text == (
            f"还没有释放 L1：「{typed}」{why}。确认释放请回复 确认，并写原因，如：确认 联系不上；不释放回复 取消。"
        ), typed
        assert company.owner(1) == batu.actor.id
        assert batu.say("明天10点面谈").text == "好的，没有释放，线索仍在原归属人名下。"
        assert company.owner(1) == batu.actor.id
        assert "没看懂" in batu.say("联系不上").text


@pytest.mark.parametrize("typed", ["转移 L1301", "转移", "领取", "转移 L1301 L2"])
def test_a_command_that_lacks_something_is_explained_and_the_question_stays_open(company: Company, typed: str) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    batu.say("释放 L1")
    said = batu.say(typed).text
    assert said.startswith((f"{typed[:2]} 请这样发：", "要转给谁？"))
    assert said.endswith("还在等 L1 的释放原因，直接回复即可；回复 取消 退出。")
    assert company.owner(1) == batu.actor.id
    assert batu.say("联系不上").text == "L1 已释放到呼和浩特池。"


@pytest.mark.parametrize("reason", ["取消", "取消吧", "先不放", "不释放了", "点错了", "算了"])
def test_a_release_that_is_taken_back_in_the_same_breath_releases_nothing(company: Company, reason: str) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    assert batu.say(f"释放 L1 {reason}").text == "好的，没有释放，线索仍在原归属人名下。"
    assert company.owner(1) == batu.actor.id
    company.clock.go(minutes=2)
    assert "没看懂" in batu.say("联系不上").text, "nothing is asked"


@pytest.mark.parametrize("reason", ["我不想释放了", "好的", "明天10点面谈", "跟进 L2", "13800001112"])
def test_a_reason_that_may_be_none_is_asked_about_also_behind_the_command(company: Company, reason: str) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    assert batu.say(f"释放 L1 {reason}").text.startswith(f"还没有释放 L1：「{reason}」")
    assert company.owner(1) == batu.actor.id
    assert batu.say("确认 联系不上").text == "L1 已释放到呼和浩特池。"


def test_who_may_not_release_is_asked_nothing(company: Company) -> None:
    company.lead(by="batu")
    for reason in ("我不想释放了", "取消"):
        assert company.person("wangqiang").say(f"释放 L1 {reason}").text.startswith("没有找到 L1。")


@pytest.mark.parametrize(
    ("typed", "reason"), [("确认 联系不上", "联系不上"), ("确认，客户不要了", "客户不要了"), ("确认", "下个月")]
)
def test_a_doubtful_reason_that_is_confirmed_releases(company: Company, typed: str, reason: str) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    batu.say("释放 L1")
    batu.say("下个月")
    assert batu.say(typed).text == "L1 已释放到呼和浩特池。"
    assert reasons(company)[-1] == reason


@pytest.mark.parametrize("typed", ["取消", "确认取消", "确认不释放", "好的", "联系不上"])
def test_anything_but_a_confirmation_keeps_the_lead(company: Company, typed: str) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    batu.say("释放 L1")
    batu.say("我不想释放了")
    assert batu.say(typed).text == "好的，没有释放，线索仍在原归属人名下。"
    assert company.owner(1) == batu.actor.id


PLAIN = (
    "客户说不要了",
    "客户不想要了",
    "不想贷了",
    "客户让我别再联系他",
    "客户说年后再办",
    "客户下个月再考虑",
    "人在外地，12月回来",
    "客户不想办了",
    "客户取消贷款了",
    "电话打不通",
    "记录太差，没放款",
    "客户已在别处办理",
    "重复",
    "领导没批",
)


@ON_ONE_DATABASE
@pytest.mark.parametrize("reason", [*PLAIN, "客户说明天10点去别家签约"])
def test_a_reason_behind_the_command_releases_at_once(company: Company, reason: str) -> None:
    company.lead(by="batu")
    assert company.person("batu").say(f"释放 L1 {reason}").text == "L1 已释放到呼和浩特池。"
    assert reasons(company)[-1] == reason


@ON_ONE_DATABASE
@pytest.mark.parametrize("reason", [*PLAIN, "联系不上，三次未接", "空号", "利率太高"])
def test_a_plain_reason_releases_at_once(company: Company, reason: str) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    batu.say("释放 L1")
    assert batu.say(reason).text == "L1 已释放到呼和浩特池。"
    assert reasons(company)[-1] == reason


def test_a_released_lead_can_be_taken_back_from_its_card(company: Company) -> None:
    company.lead(by="batu")
    batu = company.person("batu")
    card = batu.say("L1").card
    batu.tap(card, "释放")
    batu.say("手上太多")
    shown = batu.now(card)
    assert "在呼和浩特池，可领取" in shown.whole
    assert "13947100001" not in shown.whole
    assert shown.labels == ["领取"]
    batu.tap(shown, "领取")
    assert company.owner(1) == batu.actor.id


@PARTS
def test_a_manager_releases_and_the_owner_is_told_by_a_card(company: Company) -> None:
    company.lead(by="batu")
    batu, before = company.person("batu"), company.so_far
    assert company.person("lina").say("释放 L1 离职交接").text == "L1 已释放到呼和浩特池。"
    card = batu.heard_since(before).card
    assert card.title == "L1 已从您名下释放"
    assert card.rows == {"客户": "刘**", "去向": "呼和浩特池"}
    assert "李娜 · 今天 10:00" in card.whole
    assert "原因：离职交接" in card.whole
    assert card.labels == ["我的客户"]
    own = batu.tap(card, "我的客户").card
    assert own.title == "我的客户"
    assert own.message.id != card.message.id, "the news stays"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("额尔敦巴雅尔乌兰其木格", ""),
        ("额尔敦巴雅尔 乌兰其木格 客户是蒙语老乡", "客户是蒙语老乡"),
        ("额尔敦巴雅尔.乌兰其木格，客户是蒙语老乡", "客户是蒙语老乡"),
        ("呼和浩特/二部 额尔敦巴雅尔 乌兰其木格", ""),
        ("给额尔敦巴雅尔・乌兰其木格", ""),
    ],
)
def test_a_colleague_is_found_however_his_name_is_typed(company: Company, typed: str, reason: str) -> None:
    company.lead(by="batu")
    text = company.person("batu").say(f"转移 L1 {typed}").text
    assert text == "L1 已转给 额尔敦巴雅尔·乌兰其木格，跟进记录一并转移，对方会收到通知。"
    assert reasons(company)[-1] == reason


@PARTS
def test_a_lead_is_transferred_and_both_owners_and_the_audit_see_it(company: Company) -> None:
    company.lead(by="batu")
    batu, zhangsan = company.person("batu"), company.person("zhangsan")
    old_card = batu.say("L1").card
    before = company.so_far
    assert company.person("lina").say("转移 L1 张三 巴特尔休假").text == (
        "L1 已转给 张三，跟进记录一并转移，对方会收到通知。"
    )
    assert company.owner(1) == zhangsan.actor.id

    received = zhangsan.heard_since(before).card
    assert received.title == "L1 已转移给您"
    assert received.rows == {"客户": "刘志强", "电话": "13947100001", "需求": "房抵50万"}
    assert "李娜 · 今天 10:00" in received.whole
    assert "原因：巴特尔休假" in received.whole
    assert received.labels == ["写跟进", "详情"]

    told = {card.message.id: card for card in batu.heard_since(before).cards}
    changed = told.pop(old_card.message.id)
    assert changed.labels == ["我的客户"]
    assert "13947100001" not in changed.whole
    (lost,) = told.values()
    assert lost.title == "L1 已从您名下转移"
    assert lost.rows == {"客户": "刘**", "去向": "张*"}
    assert ("lead:transfer", "lead:1") in audited(company)


def test_who_hands_over_himself_is_told_by_the_answer_alone(company: Company) -> None:
    company.lead(by="batu")
    heard = company.person("batu").say("转移 L1 张三")
    assert heard.text.startswith("L1 已转给 张三")
    assert heard.cards == []


def test_the_history_goes_with_the_lead(company: Company) -> None:
    company.lead(by="batu")
    company.person("batu").say("跟进 L1 意向强，客户有两套房")
    company.person("batu").say("转移 L1 张三")
    card = company.person("zhangsan").say("L1").card
    assert "11-24 巴特尔·孟和：意向强，客户有两套房" in card.whole
    assert card.rows["归属"] == "巴特尔·孟和录入 11‑24 → 转给张三 11‑24"


def test_news_that_is_over_becomes_the_leads_card_of_now(company: Company) -> None:
    """Transferred to 张三 and on to 娜仁: the card that brought him the phone number does not keep it."""
    company.lead(by="batu")
    zhangsan, before = company.person("zhangsan"), company.so_far
    company.person("batu").say("转移 L1 张三")
    received = zhangsan.heard_since(before).card
    assert "13947100001" in received.whole
    company.person("lina").say("转移 L1 娜仁·其其格")
    over = zhangsan.now(received)
    assert "13947100001" not in over.whole
    assert "已于 今天 10:00 转给 娜*。" in over.whole


def test_the_result_of_a_claim_does_not_keep_the_number_of_a_lead_that_went_away(company: Company) -> None:
    company.lead()
    batu = company.person("batu")
    card = batu.say("领取 L1").card
    assert "13947100001" in card.whole
    company.person("lina").say("转移 L1 张三")
    assert "13947100001" not in batu.now(card).whole
    assert batu.now(card).labels == ["我的客户"]


def test_a_transfer_is_typed_in_many_ways(company: Company) -> None:
    ways = (
        "转移 L1 张三",
        "转移L1张三",
        "转给 L1 张三",
        "移交 Ｌ１ 给张三",
        "转移 L1 呼和浩特/一部 张三",
        "转移 L1 一部 张三",
        "转移 L1 呼和浩特 张三",
        "转移 L1 呼和浩特一部 张三",
        "转移 L1 呼和浩特 一部 张三",
        "转移 L1 呼和浩特-一部 张三",
    )
    company.lead(by="batu")
    for typed in ways:
        company.person("batu").say(typed)
        assert company.owner(1) == company.person("zhangsan").actor.id, typed
        company.person("zhangsan").say("转移 L1 巴特尔·孟和")
        assert company.owner(1) == company.person("batu").actor.id


def test_a_mongolian_name_with_spaces_around_its_dot(company: Company) -> None:
    company.lead(by="lina")
    company.person("lina").say("转移 L1 巴特尔 · 孟和 他认识客户")
    assert company.owner(1) == company.person("batu").actor.id
    assert reasons(company)[-1] == "他认识客户"


def test_of_two_with_one_name_the_department_tells_which(company: Company) -> None:
    people(company, PersonRow(2, "张三", "包头/一部", "officer", "zhangsan2", "", "", ""))
    company.lead(by="batu")
    batu = company.person("batu")
    assert batu.say("转移 L1 张三").text == (
        "有 2 位同事叫 张三：呼和浩特/一部、包头/一部。请写上部门，如：转移 L1 呼和浩特/一部 张三。"
    )
    assert company.owner(1) == batu.actor.id
    assert batu.say("转移 L1 包头/一部 张三").text.startswith("L1 已转给 张三")
    assert company.owner(1) == company.person("zhangsan2").actor.id


ELSEWHERE = [
    ("包头/一部 李娜", "李娜 在 呼和浩特/一部，不在「包头/一部」。请发：转移 L1 李娜。"),
    ("包头 李娜 客户在她的片区", "李娜 在 呼和浩特/一部，不在「包头」。请发：转移 L1 李娜 客户在她的片区。"),
    ("呼和浩特/二部 李娜", "李娜 在 呼和浩特/一部，不在「呼和浩特/二部」。请发：转移 L1 李娜。"),
    ("和浩特 李娜", "李娜 在 呼和浩特/一部，不在「和浩特」。请发：转移 L1 李娜。"),
    ("包头 一部 李娜", "李娜 在 呼和浩特/一部，不在「包头 一部」。请发：转移 L1 李娜。"),
    ("包头 周民", "没有找到在职同事「周民」，名字相近的有 周敏。请写全名，如：转移 L1 周敏。"),
    (
        "总部 张三 休假",
        "张三 在 呼和浩特/一部、包头/一部，不在「总部」。请选一个部门，如：转移 L1 呼和浩特/一部 张三 休假。",
    ),
]


@pytest.mark.parametrize(("typed", "said"), ELSEWHERE)
def test_who_works_elsewhere_is_said_to_and_the_command_that_is_given_works(
    company: Company, typed: str, said: str
) -> None:
    people(company, PersonRow(2, "张三", "包头/一部", "officer", "zhangsan2", "", "", ""))
    company.lead(by="batu")
    batu = company.person("batu")
    assert batu.say(f"转移 L1 {typed}").text == said
    assert company.owner(1) == batu.actor.id
    command = said.rpartition("：")[2].rstrip("。")
    assert batu.say(command).text.startswith("L1 已转给 ")


def test_a_part_of_the_department_is_enough(company: Company) -> None:
    company.lead(by="batu")
    assert company.person("batu").say("转移 L1 包头 周敏").text.startswith("L1 已转给 周敏")
    assert company.owner(1) == company.person("zhoumin").actor.id


def test_a_leaver_gets_nothing(company: Company) -> None:
    company.lead(by="batu")
    with company.runtime.store.unit(request_id="test") as unit:
        person = unit.session.scalars(select(Person).where(Person.wecom_userid == "zhangsan")).unique().one()
        person.left_at = unit.now
    assert company.person("batu").say("转移 L1 张三").text == ("没有找到在职同事「张三」。请写全名，如：转移 L1 姓名。")


OUT_OF_SIGHT = "没有找到 L1。请核对编号，它也可能不在您名下；或用手机号、姓名查，如：客户 王小明。"

REFUSED = [
    ("batu", "转移 L1 没这人", "没有找到在职同事「没这人」。请写全名，如：转移 L1 姓名。"),
    ("batu", "转移 L1 何静", "何静 的岗位不跟进客户，不能接收线索。请转给客户经理。"),
    ("batu", "转移 L1 巴特尔·孟和", "L1 本来就归您，无需转移。"),
    ("lina", "转移 L1 巴特尔·孟和", "L1 本来就归 巴特尔·孟和，无需转移。"),
    ("surina", "转移 L1 张三", OUT_OF_SIGHT),
    ("wangqiang", "释放 L1 没意向", OUT_OF_SIGHT),
    ("batu", "转移 L2 张三", "L2 在公海，没有归属人。回复 领取 L2 领到名下再操作。"),
    ("batu", "释放 L2 没意向", "L2 在公海，没有归属人。回复 领取 L2 领到名下再操作。"),
    ("wuyun", "释放 L2 没意向", "L2 在公海，没有归属人。"),
    ("batu", "释放 L99 没意向", "没有找到 L99。请核对编号，它也可能不在您名下；或用手机号、姓名查，如：客户 王小明。"),
    ("batu", "转移 L99 张三", "没有找到 L99。请核对编号，它也可能不在您名下；或用手机号、姓名查，如：客户 王小明。"),
]


def test_what_is_refused_says_why_and_what_next(company: Company) -> None:
    company.lead(by="batu")
    company.lead("白云飞", "13947100002")
    owners = company.owner(1), company.owner(2)
    for userid, typed, said in REFUSED:
        assert company.person(userid).say(typed).text == said
    assert (company.owner(1), company.owner(2)) == owners


def test_an_administrator_assigns_a_lead_out_of_the_pool(company: Company) -> None:
    company.lead()
    batu, before = company.person("batu"), company.so_far
    assert company.person("wuyun").say("转移 L1 巴特尔·孟和").text.startswith("L1 已转给 巴特尔·孟和")
    card = batu.heard_since(before).card
    assert card.title == "L1 已分配给您"
    assert "13947100001" in card.whole


@pytest.mark.parametrize("way", ["typed", "asked", "confirmed", "transferred"])
def test_a_reason_is_kept_whole(company: Company, way: str) -> None:
    company.lead(by="batu")
    batu, reason = company.person("batu"), "客户不办了" * 60
    match way:
        case "typed":
            batu.say(f"释放 L1 {reason}")
        case "asked":
            batu.say("释放 L1")
            batu.say(f"联系不上，{reason}")
        case "confirmed":
            batu.say("释放 L1")
            batu.say(f"我不想释放了，{reason}")
            batu.say("确认")
        case "transferred":
            batu.say(f"转移 L1 张三 {reason}")
    assert reasons(company)[-1].endswith(reason), "300 characters, and nothing of them is cut off"


def test_a_colleague_may_be_named_with_an_at(company: Company) -> None:
    lead = company.lead(by="batu")
    assert company.person("batu").say(f"转移 L{lead} @张三").text.startswith(f"L{lead} 已转给 张三")


def test_why_it_was_released_is_read_by_the_next_owner_and_his_superior_and_by_nobody_in_the_pool(
    company: Company,
) -> None:
    company.lead(by="batu")
    company.person("batu").say("释放 L1 客户嫌利率高 13947100001")
    surina = company.person("surina")
    assert "利率" not in surina.say("L1").card.whole, "it comes with the lead"
    surina.say("领取 L1")
    told = "11-24 巴特尔释放：客户嫌利率高"
    for userid in ("surina", "wangqiang", "wuyun"):
        whole = company.person(userid).say("客户 L1").card.whole
        assert told in whole, userid
        assert ("13947100001" in whole) is (userid == "surina"), "a number in the reason is masked as everywhere"


def test_who_did_it_stands_beside_the_reason(company: Company) -> None:
    company.lead(by="batu")
    company.person("lina").say("转移 L1 张三 离职交接")
    assert "11-24 李娜转移：离职交接" in company.person("zhangsan").say("L1").card.whole


@pytest.mark.parametrize("typed", ["释放 L1 客户家里有事", "转移 L1 张三 客户家里有事"])
def test_the_audit_says_where_the_reason_is_to_be_read_and_not_what_it_is(company: Company, typed: str) -> None:
    company.lead(by="batu")
    company.person("batu").say(typed)
    with company.runtime.store.read() as session:
        rows = session.scalars(select(AuditRow).where(AuditRow.subject == "lead:1")).all()
    details = "".join(str(row.details) for row in rows)
    assert '"reason":"history"' in details.replace(" ", "").replace("'", '"')
    assert "家里" not in details


SHORT = ["转移 L1 娜仁", "转移 L1 娜仁 出差", "转移 L1 给娜仁", "转移 L1 一部 娜仁", "转移 娜仁 L1"]


@pytest.mark.parametrize("typed", SHORT)
def test_what_stands_before_the_dot_of_a_name_is_enough(company: Company, typed: str) -> None:
    company.lead(by="batu")
    assert company.person("batu").say(typed).text.startswith("L1 已转给 娜仁·其其格")


def test_several_whose_names_begin_alike_are_asked_about(company: Company) -> None:
    company.lead(by="batu")
    with company.runtime.store.database.write() as session:
        session.get_one(Person, company.person("siqin").actor.id).name = "娜仁·高娃"
    batu = company.person("batu")
    assert batu.say("转移 L1 娜仁").text == (
        "有 2 位同事叫 娜仁：娜仁·其其格（呼和浩特/一部）、娜仁·高娃（呼和浩特/二部）。"
        "请写全名，如：转移 L1 娜仁·其其格。"
    )
    assert company.owner(1) == batu.actor.id
    assert batu.say("转移 L1 二部 娜仁").text.startswith("L1 已转给 娜仁·高娃")


def test_a_whole_name_is_meant_before_the_beginning_of_another(company: Company) -> None:
    company.lead(by="batu")
    with company.runtime.store.database.write() as session:
        session.get_one(Person, company.person("zhangsan").actor.id).name = "娜仁"
    batu = company.person("batu")
    batu.say("转移 L1 娜仁")
    assert company.owner(1) == company.person("zhangsan").actor.id


def test_who_asks_is_no_example(company: Company) -> None:
    company.lead(by="lina")
    assert company.person("lina").say("转移 L1 李那").text.endswith("请写全名，如：转移 L1 姓名。")
