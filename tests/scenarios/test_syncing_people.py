"""`tuoling people sync`: the difference first, then all of it or nothing; roles stay, half an answer changes none."""

import pytest
from kit.company import Company
from kit.office import follow_up, hints_left, stands, synced
from sqlalchemy import func, select

from bot.commands_sync import Wanted, same_people
from bot.explain import Unready
from bot.sandbox.faults import Fault
from bot.sandbox.members import Member
from core.people.models import Department, Person
from core.store.audit import AuditRow

APPLY = Wanted(apply=True)
HEAD = "企业微信通讯录：11 个部门，23 人。与现在的人员相比："


def everything(company: Company) -> list[object]:
    """All that a sync may change."""
    with company.runtime.store.read() as session:
        people = [
            (p.wecom_userid, p.name, p.department_id, p.roles, p.superior_id, p.left_at, p.rank)
            for p in session.scalars(select(Person).order_by(Person.id)).unique()
        ]
        departments = [(d.id, d.path, d.wecom_id) for d in session.scalars(select(Department).order_by(Department.id))]
        return [people, departments, session.scalar(select(func.count()).select_from(AuditRow))]


@pytest.fixture
def begun(company: Company) -> Company:
    """The company after its first sync."""
    assert synced(company, APPLY)[-1].startswith("改好了")
    return company


def test_the_first_sync_of_a_company_that_is_right_adds_what_a_file_does_not_know(company: Company) -> None:
    before = everything(company)
    assert synced(company) == [
        HEAD,
        "新部门 1 个：",
        "  + 青城助贷",
        "记下企业微信编号的部门 10 个：包头、包头/一部、呼和浩特、呼和浩特/一部、呼和浩特/二部 等",
        "没有变化 23 人。",
        "还什么都没有改。要照此修改，运行：tuoling people sync --apply",
    ]
    assert everything(company) == before
    assert synced(company, APPLY)[-1] == "改好了：新来 0 人，回来 0 人，更新 0 处，离职 0 人。"
    assert synced(company, APPLY) == [HEAD, "没有变化 23 人。", "没有要改的。"]


def test_everything_that_can_differ_is_told_group_by_group_before_it_is_done(begun: Company) -> None:
    platform, lead = begun.platform, begun.lead(by="wulei")
    platform.put_member(Member("zhaoliu", "赵六", "呼和浩特/三部", superior="wangqiang"))
    platform.office.lean = True
    platform.callback_url = ""  # events get lost: it is the sync that finds all of it
    platform.office.change("batu", department="呼和浩特/二部", name="巴特尔·孟和其")
    platform.office.change("zhangsan", superior="wangqiang")
    platform.office.dismiss("wulei")
    platform.office.change("gerile", visible=False)
    platform.office.rename_department("包头", "包头分公司")
    before = everything(begun)
    said = synced(begun)
    assert said == [
        "企业微信通讯录：12 个部门，22 人。与现在的人员相比：",
        "新部门 1 个：",
        "  + 呼和浩特/三部",
        "部门改名或移动 2 个：",
        "  包头 → 包头分公司",
        "  包头/一部 → 包头分公司/一部",
        "新来 1 人：",
        "  赵六（zhaoliu） 呼和浩特/三部",
        "换部门 1 人：",
        "  巴特尔·孟和（batu） 呼和浩特/一部 → 呼和浩特/二部",
        "改名 1 人：",
        "  巴特尔·孟和（batu） 巴特尔·孟和 → 巴特尔·孟和其",
        "换上级 1 人：",
        "  张三（zhangsan） 李娜 → 王强",
        "离职（账号已删除） 1 人：",
        "  吴磊（wulei） 名下还有 1 条线索，请交接：离职交接 吴磊",
        "没有变化 19 人。",
        "不动：在通讯录里，但应用看不到 1 人：",
        "  格日勒（gerile）",
        "还什么都没有改。要照此修改，运行：tuoling people sync --apply",
    ]
    assert everything(begun) == before
    assert synced(begun, APPLY)[-3:] == [
        "改好了：新来 1 人，回来 0 人，更新 3 处，离职 1 人。",
        "新来和回来的人还没有岗位，什么也做不了。请在人员表里给他们写上岗位，再运行 tuoling people import。",
        "部门名变了：pools.yaml 等里写着旧部门名的，请一并改（tuoling doctor 会指出来）。",
    ]
    assert stands(begun, "batu") == ("巴特尔·孟和其", "呼和浩特/二部", "officer", True)
    assert stands(begun, "baiyin") == ("白音·巴图", "包头分公司/一部", "manager|officer", True)
    assert stands(begun, "wulei") == ("吴磊", "包头分公司/一部", "officer", False)
    assert stands(begun, "gerile") == ("格日勒", "包头分公司/一部", "officer", True)
    assert stands(begun, "zhaoliu") == ("赵六", "呼和浩特/三部", "", True)
    assert begun.owner(lead) is not None, "what was his waits for the hand-over"


def test_who_is_asked_and_says_no_changes_nothing(company: Company) -> None:
    before = everything(company)
    assert synced(company, Wanted(agree=lambda: False))[-1].startswith("还什么都没有改")
    assert everything(company) == before
    assert synced(company, Wanted(agree=lambda: True))[-1].startswith("改好了")


def test_a_new_person_hears_that_he_has_no_post_yet(begun: Company) -> None:
    begun.platform.put_member(Member("zhaoliu", "赵六", "呼和浩特/一部"))
    synced(begun, APPLY)
    zhao = begun.person("zhaoliu")
    begun.lead()
    for words in ("公海", "我的客户", "领取 L1", "查重 13947100001"):
        assert zhao.say(words).text == "您还没有岗位，暂时不能使用。请联系管理员安排，安排好了马上就能用。"
    assert zhao.say("帮助").text
    assert begun.owner(1) is None


def test_a_leaver_hears_nothing_from_then_on(begun: Company) -> None:
    begun.platform.drop_member("batu")
    synced(begun, APPLY)
    begun.platform.put_member(Member("batu", "别的巴图", "呼和浩特/一部"))
    assert begun.person("batu").say("公海").messages == ()


FAULTS = {
    "the list of departments": ("department/list", 60020, "断在部门列表（errcode 60020"),
    "one department's members": ("user/list", 48002, "断在部门成员（errcode 48002"),
    "the app": ("agent/get", 301002, "断在应用的可见范围"),
    "a quota": ("user/list", 45009, "企业微信限制了调用次数，过一分钟再运行一次"),
    "a code that nobody knows": ("user/list", 99999, "请再运行一次"),
}


@pytest.mark.parametrize(("api", "errcode", "why"), FAULTS.values(), ids=FAULTS)
def test_an_answer_that_is_not_whole_changes_nothing(begun: Company, api: str, errcode: int, why: str) -> None:
    begun.platform.drop_member("batu")
    before = everything(begun)
    begun.platform.faults.order(api=api, fault=Fault.ERRCODE, errcode=errcode)
    said = synced(begun, APPLY)
    assert len(said) == 1
    assert said[0].startswith("什么也没有改：通讯录没有读完整，")
    assert why in said[0]
    assert everything(begun) == before


def test_whether_a_single_one_is_gone_must_be_known_for_certain(begun: Company) -> None:
    begun.platform.drop_member("batu")
    before = everything(begun)
    begun.platform.faults.order(api="user/get", fault=Fault.ERRCODE, errcode=50001)
    assert "断在单个成员" in synced(begun, APPLY)[0]
    assert everything(begun) == before


def test_a_company_that_is_empty_all_at_once_is_no_company(begun: Company) -> None:
    for member in begun.platform.members():
        begun.platform.put_member(Member(member.userid, member.name, member.department, visible=False))
    before = everything(begun)
    said = synced(begun, Wanted(apply=True, force=True))
    assert said == ["什么也没有改：读到的部门成员是空的，一个成员也没有。请检查应用的可见范围，再运行一次。"]
    assert everything(begun) == before


def test_a_narrowed_range_takes_nobodys_access(begun: Company) -> None:
    for member in begun.platform.members():
        if member.department.startswith("呼和浩特"):
            begun.platform.put_member(Member(member.userid, member.name, member.department, visible=False))
    said = synced(begun, APPLY)
    assert "不动：在通讯录里，但应用看不到 11 人：" in said
    assert said[-1] == "没有要改的。"
    assert stands(begun, "batu") == ("巴特尔·孟和", "呼和浩特/一部", "officer", True)


def test_many_leavers_at_once_are_named_and_wait_for_force(begun: Company) -> None:
    gone = ("batu", "zhangsan", "naren", "sunli", "surina", "eerdun", "chenwei", "siqin")
    for userid in gone:
        begun.platform.drop_member(userid)
    before = everything(begun)
    said = synced(begun, APPLY)
    assert "离职（账号已删除） 8 人：" in said
    assert said[-3].startswith("什么也没有改：有 8 人要标为离职，超过在职 23 人的三分之一：")
    assert said[-1] == "  tuoling people sync --apply --force"
    assert everything(begun) == before
    assert synced(begun, Wanted(apply=True, force=True))[-1].startswith("改好了")
    assert not any((stands(begun, userid) or ("",) * 4)[3] for userid in gone)


def test_the_last_administrators_stay_whatever_is_said(begun: Company) -> None:
    for userid in ("mengke", "wuyun"):
        begun.platform.drop_member(userid)
    said = synced(begun, Wanted(apply=True, force=True))
    assert said[-2].startswith("什么也没有改：要离职的人（")
    assert stands(begun, "wuyun") == ("乌云·塔娜", "总部/综合部", "admin", True)


def test_names_that_the_lists_leave_out_are_asked_for(begun: Company) -> None:
    begun.platform.names_told = "alone"
    begun.platform.put_member(Member("zhaoliu", "赵六", "呼和浩特/一部"))
    assert "  赵六（zhaoliu） 呼和浩特/一部" in synced(begun, APPLY)


def test_names_that_nobody_tells_are_kept_and_not_asked_for_without_end(begun: Company) -> None:
    begun.platform.names_told = "nowhere"
    begun.platform.put_member(Member("zhaoliu", "赵六", "呼和浩特/一部"))
    begun.platform.journal.clear()
    said = synced(begun, APPLY)
    assert "  zhaoliu（没有读到姓名） 呼和浩特/一部" in said
    assert "提醒：有的成员读不到姓名（企业微信没有给）。已有的姓名不动；新来的先记账号，读到了再改。" in said
    assert len(begun.platform.journal.calls("user/get")) == 5
    assert stands(begun, "batu") == ("巴特尔·孟和", "呼和浩特/一部", "officer", True)
    begun.platform.names_told = "everywhere"
    synced(begun, APPLY)
    assert stands(begun, "zhaoliu") == ("赵六", "呼和浩特/一部", "", True)


# An account that was changed


def test_a_changed_account_is_pointed_out_and_can_be_said(begun: Company) -> None:
    lead = begun.lead(by="batu")
    owner = begun.owner(lead)
    batu = begun.platform.member("batu")
    assert batu is not None
    begun.platform.drop_member("batu")
    begun.platform.put_member(Member("bateer", batu.name, batu.department, superior="lina"))
    (hint,) = [line for line in synced(begun) if line.startswith("注意")]
    assert "巴特尔·孟和（--same batu=bateer） 同名的有走有来。" in hint
    same = Wanted(apply=True, same=same_people(["batu=bateer"]))
    assert "  巴特尔·孟和（batu） batu → bateer" in synced(begun, same)
    assert stands(begun, "bateer") == ("巴特尔·孟和", "呼和浩特/一部", "officer", True)
    assert stands(begun, "batu") is None
    assert begun.person("bateer").actor.id == owner == begun.owner(lead)


WRONG = {
    "somebody else's": ("batu=lina", "账号 lina 是 李娜 的"),
    "not there": ("batu=ghost", "通讯录里没有账号 ghost"),
    "still there": ("lina=bateer", "账号 lina 在通讯录里还在"),
    "nobody's": ("ghost=bateer", "没有账号为 ghost 的在职人员"),
}


@pytest.mark.parametrize(("pair", "why"), WRONG.values(), ids=WRONG)
def test_nobody_is_given_another_ones_customers(begun: Company, pair: str, why: str) -> None:
    begun.platform.drop_member("batu")
    begun.platform.put_member(Member("bateer", "巴特尔·孟和", "呼和浩特/一部"))
    before = everything(begun)
    assert why in synced(begun, Wanted(apply=True, same=same_people([pair])))[-1]
    assert everything(begun) == before


@pytest.mark.parametrize("pair", ["batu", "batu=", "=bateer", "batu=batu", "巴图=bateer"])
def test_what_is_no_pair_of_accounts_is_refused(pair: str) -> None:
    with pytest.raises(Unready, match="请写 原账号=新账号"):
        same_people([pair])


# The secret of 通讯录同步


def test_the_ids_of_all_say_who_is_outside_and_who_is_certainly_gone(begun: Company) -> None:
    platform = begun.platform
    platform.contacts_secret = "the-secret-of-the-address-book-0123456789"
    platform.put_member(Member("boss", "老板", "总部", visible=False))
    platform.drop_member("wulei")
    said = synced(begun, WECOM_CONTACTS_SECRET=platform.contacts_secret)
    assert "企业里另有 1 人不在应用的可见范围内，读不到，也用不了驼铃。" in said
    assert "离职（账号已删除） 1 人：" in said
    (call,) = platform.journal.calls("user/list_id")
    assert call.errcode == 0


def test_a_wrong_secret_of_the_address_book_ends_the_reading(begun: Company) -> None:
    said = synced(begun, APPLY, WECOM_CONTACTS_SECRET="another-secret-0123456789")
    assert said[0].startswith("什么也没有改：通讯录没有读完整，断在全部成员的账号（通讯录同步）（errcode 40001")


def test_departments_whose_paths_would_be_one_are_all_taken_over(company: Company) -> None:
    """One is called what another one would be called to tell it apart; and a leaver is out in the same round."""
    platform = company.platform
    assert synced(company, APPLY)[-1].startswith("改好了")
    for name in ("三部", "四部", "五部"):
        platform.office.open_department(f"呼和浩特/{name}")
    plain, other, same = (platform.directory.find(f"呼和浩特/{name}").id for name in ("三部", "四部", "五部"))
    platform.directory.change(other, name=f"三部({same})")
    platform.directory.change(same, name="三部 ")
    platform.office.dismiss("batu")
    follow_up(company)
    assert hints_left(company) == 0
    assert stands(company, "batu") == ("巴特尔·孟和", "呼和浩特/一部", "officer", False)
    told = {plain: "呼和浩特/三部", other: f"呼和浩特/三部({same})", same: f"呼和浩特/三部({same}-2)"}
    with company.runtime.store.read() as session:
        rows = session.scalars(select(Department).where(Department.wecom_id.in_(told)))
        assert {row.wecom_id: row.path for row in rows} == told
    assert synced(company, APPLY)[-1].startswith("没有")
