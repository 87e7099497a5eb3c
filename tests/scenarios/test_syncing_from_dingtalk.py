"""`tuoling people sync` from DingTalk's contacts, for a company that uses DingTalk alone, or WeCom too."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from kit.both import DINGTALK_ONLY, WECOM_ONLY, Both, open_both
from kit.clock import Clock
from kit.company import Company
from kit.office import follow_up
from sqlalchemy import func, select

from bot.commands_sync import Wanted, new_people, paired_people, same_people
from bot.sandbox.faults import Fault
from bot.sandbox.members import Member
from core.people.models import Department, Person
from core.people.service import Left, PersonRow, has_no_account, import_people, let_go
from core.store.audit import AuditRow
from core.store.calls import CallsRow

ONE = Wanted(apply=True, on="dingtalk")
HEAD = "钉钉通讯录：11 个部门，23 人。与现在的人员相比："


@pytest.fixture
def both(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Both]:
    with open_both(database_url, tmp_path / "var", clock) as both:
        yield both


@pytest.fixture
def begun(both: Both) -> Both:
    """The company on both platforms, after its first sync of each."""
    said = both.synced(Wanted(apply=True))
    assert [line for line in said if line.startswith("改好了")] == [
        "改好了：新来 0 人，回来 0 人，更新 0 处，离职 0 人。"
    ] * 2
    return both


@pytest.fixture
def alone(both: Both) -> Both:
    """The company with DingTalk alone, after its first sync."""
    with both.company.runtime.store.unit(request_id="test") as unit:
        for person in unit.session.scalars(select(Person)).unique():
            person.wecom_userid = None
    assert both.synced(Wanted(apply=True), DINGTALK_ONLY)[-1].startswith("改好了")
    return both


def everything(both: Both) -> list[object]:
    """All that a sync may change."""
    with both.company.runtime.store.read() as session:
        people = [
            (p.wecom_userid, p.dingtalk_spelling, p.name, p.department_id, p.roles, p.superior_id, p.left_at)
            for p in session.scalars(select(Person).order_by(Person.id)).unique()
        ]
        rows = session.scalars(select(Department).order_by(Department.id))
        departments = [(row.id, row.path, row.wecom_id, row.dingtalk_id) for row in rows]
        return [people, departments, session.scalar(select(func.count()).select_from(AuditRow))]


def no_wecom(both: Both, *names: str) -> None:
    """These have no WeCom account, neither there nor here."""
    with both.company.runtime.store.unit(request_id="test") as unit:
        for person in unit.session.scalars(select(Person).where(Person.name.in_(names))).unique():
            both.company.platform.drop_member(person.wecom_userid or "")
            person.wecom_userid = None


def no_dingtalk(both: Both, *names: str) -> None:
    """These are not known by their DingTalk account, which they have."""
    with both.company.runtime.store.unit(request_id="test") as unit:
        for person in unit.session.scalars(select(Person).where(Person.name.in_(names))).unique():
            person.dingtalk_userid, person.dingtalk_spelling, person.dingtalk_sure = None, None, False


# One platform alone


def test_a_company_that_uses_dingtalk_alone(both: Both) -> None:
    with both.company.runtime.store.unit(request_id="test") as unit:
        for person in unit.session.scalars(select(Person)).unique():
            person.wecom_userid = None
    before = everything(both)
    assert both.synced(uses=DINGTALK_ONLY) == [
        HEAD,
        "新部门 1 个：",
        "  + 青城助贷",
        "记下钉钉编号的部门 10 个：包头、包头/一部、呼和浩特、呼和浩特/一部、呼和浩特/二部 等",
        "按钉钉的写法（大小写）记下账号 23 人。",
        "没有变化 0 人。",
        "还什么都没有改。要照此修改，运行：tuoling people sync --apply",
    ]
    assert everything(both) == before
    assert both.synced(Wanted(apply=True), DINGTALK_ONLY)[-1] == "改好了：新来 0 人，回来 0 人，更新 0 处，离职 0 人。"
    assert both.synced(Wanted(apply=True), DINGTALK_ONLY) == [HEAD, "没有变化 23 人。", "没有要改的。"]


def test_everything_that_can_differ_is_told_and_taken_over(alone: Both) -> None:
    ding = alone.ding
    wulei, batu = ding.member("dt_wulei"), ding.member("dt_batu")
    assert wulei is not None
    assert batu is not None
    ding.put_member(Member("Dt_ZhaoLiu", "赵六", "呼和浩特/三部"))
    ding.put_member(replace(batu, department="呼和浩特/二部", name="巴特尔·孟和其"))
    ding.drop_member("dt_wulei")
    said = alone.synced(Wanted(apply=True), DINGTALK_ONLY)
    assert said[:-2] == [
        "钉钉通讯录：12 个部门，23 人。与现在的人员相比：",
        "新部门 1 个：",
        "  + 呼和浩特/三部",
        "新来 1 人：",
        "  赵六（dt_zhaoliu） 呼和浩特/三部",
        "换部门 1 人：",
        "  巴特尔·孟和（dt_batu） 呼和浩特/一部 → 呼和浩特/二部",
        "改名 1 人：",
        "  巴特尔·孟和（dt_batu） 巴特尔·孟和 → 巴特尔·孟和其",
        "离职（账号已删除） 1 人：",
        "  吴磊（dt_wulei） 名下没有线索",
        "没有变化 21 人。",
    ]
    assert alone.stands("巴特尔·孟和其") == (None, "dt_batu", "呼和浩特/二部", "officer", True)
    assert alone.stands("赵六") == (None, "Dt_ZhaoLiu", "呼和浩特/三部", "", True)
    assert alone.stands("吴磊") == (None, "dt_wulei", "包头/一部", "officer", False)
    ding.put_member(wulei)
    assert "  吴磊（dt_wulei） 包头/一部" in alone.synced(Wanted(apply=True), DINGTALK_ONLY)
    assert alone.stands("吴磊") == (None, "dt_wulei", "包头/一部", "", True), "back, without the rights he had"


def test_who_heads_a_department_stands_above_its_people(alone: Both) -> None:
    lina = alone.ding.member("dt_lina")
    assert lina is not None
    alone.ding.put_member(replace(lina, leads=("呼和浩特/一部", "呼和浩特/二部"), also=("呼和浩特/二部",)))
    new = {"zhaoliu": "呼和浩特/一部", "qianqi": "呼和浩特/二部"}
    for userid, department in new.items():
        alone.ding.put_member(Member(userid, f"新人{userid}", department))
    alone.synced(Wanted(apply=True), DINGTALK_ONLY)
    with alone.company.runtime.store.read() as session:
        superiors = session.scalars(select(Person.superior_id).where(Person.dingtalk_userid.in_(new))).all()
        head = session.scalar(select(Person.id).where(Person.dingtalk_userid == "dt_lina"))
    assert superiors == [head, head], "of both, whichever list came last"


def test_who_is_in_several_departments_does_not_move_with_the_order_of_a_list(alone: Both) -> None:
    batu = alone.ding.member("dt_batu")
    assert batu is not None
    alone.ding.put_member(replace(batu, department="包头/一部", also=("呼和浩特/一部",)))
    assert alone.synced(Wanted(apply=True), DINGTALK_ONLY)[-1] == "没有要改的。"


def test_long_departments_come_page_after_page(alone: Both) -> None:
    for number in range(230):
        alone.ding.put_member(Member(f"new{number:03}", f"新人{number:03}", "呼和浩特/一部"))
    said = alone.synced(Wanted(apply=True), DINGTALK_ONLY)
    assert said[0] == "钉钉通讯录：11 个部门，253 人。与现在的人员相比："
    assert "新来 230 人：" in said
    assert {alone.ding.journal.calls("topapi/v2/user/list")[-1].payload["size"]} == {100}


def test_contacts_are_none_of_the_months_calls(alone: Both) -> None:
    with alone.company.runtime.store.read() as session:
        assert session.scalars(select(CallsRow)).all() == []


# Half an answer


FAULTS = {
    "the company": ("topapi/v2/department/get", 60011, "断在部门列表（HTTP 200 60011"),
    "the departments": ("topapi/v2/department/listsub", 50004, "断在部门列表（50004: the department is outside"),
    "one department's members": ("topapi/v2/user/list", 60020, "断在部门成员（HTTP 200 60020"),
    "a code that nobody knows": ("topapi/v2/user/list", 99999, "请再运行一次"),
    "the rate": ("topapi/v2/user/list", 90020, "钉钉限制了调用次数"),
}


@pytest.mark.parametrize(("api", "errcode", "why"), FAULTS.values(), ids=FAULTS)
def test_an_answer_that_is_not_whole_changes_nothing(begun: Both, api: str, errcode: int, why: str) -> None:
    begun.ding.drop_member("dt_batu")
    before = everything(begun)
    begun.ding.faults.order(api=api, fault=Fault.ERRCODE, errcode=errcode)
    said = begun.synced(ONE)
    assert len(said) == 1
    assert said[0].startswith("什么也没有改：通讯录没有读完整，")
    assert why in said[0]
    assert everything(begun) == before


def test_whether_a_single_one_is_gone_must_be_known_for_certain(alone: Both) -> None:
    alone.ding.drop_member("dt_batu")
    before = everything(alone)
    alone.ding.faults.order(api="topapi/v2/user/get", fault=Fault.ERRCODE, errcode=33012)
    assert "断在单个成员" in alone.synced(Wanted(apply=True), DINGTALK_ONLY)[0]
    assert everything(alone) == before


def test_who_is_out_of_sight_has_not_left(alone: Both) -> None:
    batu = alone.ding.member("dt_batu")
    assert batu is not None
    alone.ding.put_member(replace(batu, visible=False))
    said = alone.synced(Wanted(apply=True), DINGTALK_ONLY)
    assert said[-3:] == ["不动：在通讯录里，但应用看不到 1 人：", "  巴特尔·孟和（dt_batu）", "没有要改的。"]


def test_an_id_that_only_a_file_has_spelt_proves_nothing(both: Both) -> None:
    """That there is no `DT_GHOST` says nothing of `dt_ghost`."""
    row = PersonRow(2, "高娃", "呼和浩特/一部", "officer", None, "DT_GHOST", None, None)
    with both.company.runtime.store.unit(request_id="test") as unit:
        import_people(unit, [row])
    said = both.synced(ONE)
    assert "不动：没有读到 1 人：" in said
    assert both.stands("高娃") == (None, "DT_GHOST", "呼和浩特/一部", "officer", True)


def test_two_accounts_that_differ_in_their_case_alone(begun: Both) -> None:
    begun.ding.put_member(Member("DT_BATU", "另一个巴图", "包头/一部"))
    before = everything(begun)
    (said,) = begun.synced(ONE)
    assert "有两个账号只差大小写：" in said
    assert {"dt_batu", "DT_BATU"} <= set(said.replace("：", "、").replace("，", "、").split("、"))
    assert everything(begun) == before


# Both platforms


@pytest.mark.parametrize("platform", ["dingtalk", "wecom"])
def test_who_was_let_go_and_has_no_account_any_more_cannot_come_back(begun: Both, platform: str) -> None:
    """That nobody lists him proves nothing: he is asked for as who works here is."""
    company, sync = begun.company, Wanted(apply=True, on=platform)
    number = company.person("zhangsan").actor.id
    (no_wecom if platform == "dingtalk" else no_dingtalk)(begun, "张三")
    with company.runtime.store.unit(request_id="test") as unit:
        assert isinstance(let_go(unit, number, company.person("lina").actor.id), Left)
    assert begun.synced(sync)[-1] == "没有要改的。"
    ding, office = begun.ding, company.platform.office
    drop, put = (ding.drop_member, ding.put_member) if platform == "dingtalk" else (office.dismiss, office.hire)
    account = "dt_zhangsan" if platform == "dingtalk" else "zhangsan"
    member = ding.member(account) if platform == "dingtalk" else company.platform.member(account)
    assert member is not None
    drop(account)
    assert f"  张三（{account}）" in begun.synced(sync)
    assert cannot_come_back(company, number)
    assert begun.synced(sync)[-1] == "没有要改的。"
    put(member)
    assert "早已离职的人，账号又有了（仍是离职，可以复职） 1 人：" in begun.synced(sync)
    assert not cannot_come_back(company, number)
    assert begun.stands("张三")[-1] is False


def cannot_come_back(company: Company, number: int) -> bool:
    with company.runtime.store.unit(request_id="test") as unit:
        return has_no_account(unit, number)


def test_one_tree_of_departments_by_path(begun: Both) -> None:
    with begun.company.runtime.store.read() as session:
        rows = session.scalars(select(Department)).all()
    assert len(rows) == len({row.path for row in rows}) == 11
    assert all(row.wecom_id and row.dingtalk_id for row in rows)
    assert begun.synced() == [
        "企业微信通讯录：11 个部门，23 人。与现在的人员相比：",
        "没有变化 23 人。",
        "没有要改的。",
        HEAD,
        "没有变化 23 人。",
        "没有要改的。",
    ]


def test_of_who_is_on_both_wecom_says_more(begun: Both) -> None:
    batu = begun.ding.member("dt_batu")
    assert batu is not None
    begun.ding.put_member(replace(batu, name="小巴", department="包头/一部", also=()))
    assert begun.synced(Wanted(apply=True))[-1] == "没有要改的。"
    assert begun.stands("巴特尔·孟和") == ("batu", "dt_batu", "呼和浩特/一部", "officer", True)


def test_a_department_that_one_platform_renames(begun: Both) -> None:
    def rename(number: int) -> None:
        begun.ding.directory.change(number, name="包头分公司")
        for member in begun.ding.members():
            if member.department.startswith("包头"):
                begun.ding.put_member(replace(member, department=member.department.replace("包头", "包头分公司", 1)))

    rename(begun.ding.directory.find("包头").id)
    first = begun.synced(Wanted(apply=True))
    assert "  + 包头分公司" in first
    assert not any("部门改名" in line for line in first), "WeCom has it as it was, and people stand there"
    assert begun.stands("白音·巴图") == ("baiyin", "dt_baiyin", "包头/一部", "manager|officer", True)
    assert begun.synced(Wanted(apply=True))[-1] == "没有要改的。", "it comes to rest"
    begun.company.platform.office.rename_department("包头", "包头分公司")
    begun.synced(Wanted(apply=True, on="wecom"))
    assert begun.stands("白音·巴图") == ("baiyin", "dt_baiyin", "包头分公司/一部", "manager|officer", True)
    with begun.company.runtime.store.read() as session:
        rows = {row.path: row for row in session.scalars(select(Department))}
    assert len(rows) == 11
    assert all(row.wecom_id and row.dingtalk_id for row in rows.values())
    assert [line for line in begun.synced() if line == "没有要改的。"] == ["没有要改的。"] * 2


def test_who_is_gone_on_one_platform_only_works_on(begun: Both) -> None:
    lead = begun.company.lead(by="wulei")
    begun.ding.drop_member("dt_wulei")
    said = begun.synced(Wanted(apply=True))
    assert "钉钉账号已删除、企业微信还在用（不算离职，只去掉这个账号） 1 人：" in said
    assert begun.stands("吴磊") == ("wulei", None, "包头/一部", "officer", True)
    begun.company.platform.drop_member("naren")
    said = begun.synced(Wanted(apply=True))
    assert "企业微信账号已删除、钉钉还在用（不算离职，只去掉这个账号） 1 人：" in said
    gone_there = next(each for each in begun.ding.members() if each.userid == "dt_naren")
    assert begun.stands(gone_there.name) == (None, "dt_naren", gone_there.department, "officer", True)
    begun.ding.drop_member("dt_naren")
    assert "离职（账号已删除） 1 人：" in begun.synced(Wanted(apply=True))
    assert (begun.stands(gone_there.name) or (None,) * 5)[4] is False
    assert begun.company.owner(lead) is not None


def test_many_accounts_that_are_gone_at_once_wait_for_force(begun: Both) -> None:
    for member in begun.ding.members()[:9]:
        begun.ding.drop_member(member.userid)
    before = everything(begun)
    said = begun.synced(ONE)
    assert said[-3].startswith("什么也没有改：有 9 人")
    assert said[-2:] == [
        "他们的账号确实都从钉钉删除了，就运行：",
        "  tuoling people sync --apply --force --on dingtalk",
    ]
    assert everything(begun) == before
    assert begun.synced(replace(ONE, force=True))[-1].startswith("改好了")


def test_an_event_of_one_platform_ends_nothing_on_the_other(begun: Both) -> None:
    begun.company.platform.office.dismiss("wulei")
    assert follow_up(begun.company) > 0
    assert begun.stands("吴磊") == (None, "dt_wulei", "包头/一部", "officer", True)


def test_a_leaver_with_an_account_left_over_is_not_back_by_it(begun: Both) -> None:
    """He left while the company used WeCom alone; that DingTalk has him still brings nobody back."""
    begun.company.platform.drop_member("wulei")
    begun.synced(Wanted(apply=True), WECOM_ONLY)
    assert begun.stands("吴磊") == ("wulei", "dt_wulei", "包头/一部", "officer", False)
    begun.synced(Wanted(apply=True))
    assert (begun.stands("吴磊") or (None,) * 5)[4] is False


def test_a_company_with_half_its_people_on_each(begun: Both) -> None:
    no_wecom(begun, "吴磊")
    no_dingtalk(begun, "李娜")
    begun.ding.drop_member("dt_lina")
    wulei = begun.ding.member("dt_wulei")
    assert wulei is not None
    begun.ding.put_member(replace(wulei, department="呼和浩特/二部"))
    begun.synced(Wanted(apply=True))
    assert begun.stands("吴磊") == (None, "dt_wulei", "呼和浩特/二部", "officer", True), "he is DingTalk's alone"
    assert (begun.stands("李娜") or (None,))[0] == "lina"
    assert [line for line in begun.synced() if line == "没有要改的。"] == ["没有要改的。"] * 2


def test_one_platform_that_fails_holds_up_no_other(begun: Both) -> None:
    begun.company.platform.put_member(Member("zhaoliu", "赵六", "呼和浩特/一部"))
    begun.ding.faults.order(api="topapi/v2/user/list", fault=Fault.ERRCODE, errcode=60020)
    said = begun.synced(Wanted(apply=True))
    assert said[-1].startswith("钉钉：什么也没有改：通讯录没有读完整")
    assert begun.stands("赵六") == ("zhaoliu", None, "呼和浩特/一部", "", True)


# Who is who


def give_phone(both: Both, name: str, phone: str) -> None:
    with both.company.runtime.store.read() as session:
        person = session.scalars(select(Person).where(Person.name == name)).unique().one()
        row = PersonRow(
            2, name, person.department.path, person.roles, person.wecom_userid, None, None, None, phone
        )  # fmt: skip
    with both.company.runtime.store.unit(request_id="test") as unit:
        import_people(unit, [row])


def test_the_phone_tells_who_is_who_where_both_tell_it(begun: Both) -> None:
    no_dingtalk(begun, "李娜")
    give_phone(begun, "李娜", "13947100088")
    lina = begun.ding.member("dt_lina")
    assert lina is not None
    begun.ding.put_member(replace(lina, userid="Dt_LiNa", phone="+86-13947100088", name="娜娜"))
    begun.ding.drop_member("dt_lina")
    begun.ding.tells_phones = True
    assert "  李娜（lina） （没有） → dt_lina" in begun.synced(ONE)
    assert (begun.stands("李娜") or ())[:2] == ("lina", "Dt_LiNa")
    assert begun.synced(ONE)[-1] == "没有要改的。"


@pytest.mark.parametrize("twice", ["here", "there"])
def test_a_phone_of_two_people_tells_nothing(begun: Both, twice: str) -> None:
    no_dingtalk(begun, "李娜")
    for name in ("李娜", "吴磊") if twice == "here" else ("李娜",):
        give_phone(begun, name, "13947100088")
    for userid in ("dt_lina", "dt_new"):
        begun.ding.put_member(Member(userid, "娜娜", "呼和浩特/一部", phone="13947100088"))
        if twice == "here":
            begun.ding.drop_member("dt_new")
    begun.ding.tells_phones = True
    assert not any("对上的人" in line for line in begun.synced(ONE))
    assert (begun.stands("李娜") or ())[:2] == ("lina", None)


def test_a_name_alone_matches_nobody_and_somebody_decides(begun: Both) -> None:
    no_dingtalk(begun, "李娜", "吴磊")
    before = everything(begun)
    said = begun.synced(ONE)
    at = said.index("没有加入：钉钉里的人与在职的人同名，要您来定 2 人：")
    how = "是同一个人就带上 --pair lina=dt_lina（李娜（lina））；是另一个人就带上 --new dt_lina"
    assert said[at + 1] == f"  李娜（dt_lina） 呼和浩特/一部：{how}"
    assert said[at + 2].startswith("  吴磊（dt_wulei） 包头/一部：是同一个人就带上 --pair wulei=dt_wulei（")
    assert everything(begun) == before
    decided = Wanted(apply=True, on="dingtalk", pairs=paired_people(["LiNa=DT_LINA"]), new=new_people(["dt_wulei"]))
    assert begun.synced(decided)[-2] == "改好了：新来 1 人，回来 0 人，更新 1 处，离职 0 人。"
    assert (begun.stands("李娜") or ())[:2] == ("lina", "dt_lina")
    with begun.company.runtime.store.read() as session:
        found = session.execute(
            select(Person.wecom_userid, Person.dingtalk_userid, Person.roles).where(Person.name == "吴磊")
        )
        assert set(map(tuple, found)) == {("wulei", None, "officer"), (None, "dt_wulei", "")}


def test_who_came_in_as_somebody_new_can_still_be_paired(begun: Both) -> None:
    no_dingtalk(begun, "李娜")
    lina = begun.ding.member("dt_lina")
    assert lina is not None
    begun.ding.put_member(replace(lina, name="娜娜"))
    begun.synced(ONE)
    assert begun.stands("娜娜") == (None, "dt_lina", "呼和浩特/一部", "", True)
    begun.synced(Wanted(apply=True, on="dingtalk", pairs=paired_people(["lina=dt_lina"])))
    assert (begun.stands("李娜") or ())[:2] == ("lina", "dt_lina")
    assert (begun.stands("娜娜") or (None,) * 5)[4] is False, "who was made for it gave it up"


WRONG = {
    "nobody here": ("ghost=dt_lina", "没有企业微信账号为 ghost 的在职人员"),
    "nobody there": ("lina=dt_ghost", "钉钉通讯录里没有账号 dt_ghost"),
    "has another": ("batu=dt_lina", "batu 已经有钉钉账号了"),
    "somebody else's": ("lina=dt_wulei", "钉钉账号 dt_wulei 已经是另一个人的"),
}


@pytest.mark.parametrize(("said", "why"), WRONG.values(), ids=WRONG)
def test_nobody_is_given_another_ones_customers(begun: Both, said: str, why: str) -> None:
    no_dingtalk(begun, "李娜")
    before = everything(begun)
    assert why in begun.synced(Wanted(apply=True, on="dingtalk", pairs=paired_people([said])))[-1]
    assert everything(begun) == before


def test_of_which_platform_accounts_are_must_be_said(both: Both) -> None:
    for wanted in (
        Wanted(same=same_people(["a=b"])),
        Wanted(pairs=paired_people(["a=b"])),
        Wanted(new=new_people(["a"])),
    ):
        assert both.synced(wanted) == [
            "企业微信和钉钉都配置了：请用 --on wecom 或 --on dingtalk 写明这些账号是哪个平台的。"
        ]
    assert both.synced(Wanted(on="wecom"), DINGTALK_ONLY) == ["企业微信没有配置，读不了它的通讯录（见 README）。"]
