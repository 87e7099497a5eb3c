"""附件 as people meet them: sent, put to a lead, seen again; what is not fit, no room, who may look."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from kit.company import Colleague, Company
from kit.phones import FAULTS, PARTS
from sqlalchemy import select

from bot.channels.wecom.channel import WeComChannel
from bot.dispatch import Taken
from bot.sandbox.faults import Fault
from core.leads import media
from core.leads.kept import Medium
from core.store.audit import AuditRow
from core.store.files import NoRoom
from jobs.keeping import Limits

PNG = b"\x89PNG\r\n\x1a\n" + b"picture of an id card" * 50
PDF = b"%PDF-1.7\n" + b"a statement" * 50


def office(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in ("[Content_Types].xml", *names):
            # At a fixed time: the content names a case, and all test processes must name it alike.
            archive.writestr(zipfile.ZipInfo(name, (2026, 7, 21, 10, 0, 0)), "x")
    return content.getvalue()


@pytest.fixture
def batu(company: Company) -> Colleague:
    company.lead(by="batu")
    return company.person("batu")


def rows(company: Company) -> list[Medium]:
    with company.runtime.store.read() as session:
        return list(session.scalars(select(Medium).order_by(Medium.received_at, Medium.id)))


def files(company: Company) -> list[Path]:
    return [path for path in (company.runtime.settings.var_dir / "media").rglob("*") if path.is_file()]


def picture(company: Company, who: Colleague, content: bytes = PNG) -> list[str]:
    return who.after(lambda: who.phone.send_picture(content)).texts


def document(company: Company, who: Colleague, content: bytes, name: str) -> list[str]:
    return who.after(lambda: who.phone.send_file(content, name)).texts


def got(company: Company, who: Colleague) -> bytes:
    """The last medium that the bot sent."""
    last = [m for m in who.phone.chat() if m.from_bot and m.media_id][-1]
    return company.medium(last).data


def test_a_picture_while_a_follow_up_is_written_goes_to_its_lead_and_comes_back(company: Company, batu) -> None:
    batu.tap(batu.say("L1").card, "写跟进")
    assert picture(company, batu) == ["收到图片，存到 L1（刘志强）。回复 附件 L1 可查看。"]
    assert batu.say("身份证齐了").text.startswith("已记录 L1 的跟进"), "the question is still open"
    company.clock.go(minutes=1)
    assert "附件 1 个，回复 附件 L1 查看" in batu.say("L1").card.whole
    listed = batu.say("附件 L1").card
    assert listed.title == "L1 附件 1 个"
    assert listed.rows["1"].startswith("图片 巴特尔 ")
    batu.tap(listed, "看 1")
    assert got(company, batu) == PNG
    assert batu.say("附件 L1 1").texts == ["正在发送 L1 的附件 1（图片）。"]
    assert [m.kind for m in company.person("batu").phone.chat() if m.from_bot and m.media_id] == ["image", "image"]
    with company.runtime.store.read() as session:
        done = [row.action for row in session.scalars(select(AuditRow).order_by(AuditRow.seq))]
    assert [each for each in done if each.startswith("media:")] == [
        "media:receive", "media:keep", "media:send", "media:send"
    ]  # fmt: skip


@PARTS
def test_nothing_of_it_lies_anywhere_in_clear(company: Company, batu: Colleague) -> None:
    batu.say("跟进 L1")
    document(company, batu, PDF, "刘志强 13947100001 流水.pdf")
    (path,) = files(company)
    assert b"statement" not in path.read_bytes()
    assert b"PDF" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0
    assert path.name == f"{rows(company)[0].id:016x}"
    listed = batu.say("附件 L1").card
    assert "刘志强" in listed.whole
    assert "13947100001" not in listed.whole
    batu.tap(listed, "看 1")
    assert got(company, batu) == PDF


def test_it_is_asked_to_which_lead_and_of_several_once(company: Company, batu: Colleague) -> None:
    other = company.lead("白云飞", "13947100002", by="batu")
    card = batu.after(lambda: company.person("batu").phone.send_picture(PNG)).card
    assert card.title == "收到 1 个附件，存到哪位客户？"
    assert card.labels == [f"L{other} 白云飞", "L1 刘志强", "不用保存"]
    company.clock.go(seconds=5)
    assert picture(company, batu, PNG + b"2") == [
        "又收到图片，共 2 个。请在上面的卡片选存到哪位客户，或回复 存到 编号。"
    ]
    assert batu.now(card).title == "收到 2 个附件，存到哪位客户？"
    assert batu.tap(batu.now(card), "L1 刘志强").text == "已把 2 个附件存到 L1（刘志强）。回复 附件 L1 可查看。"
    assert batu.now(card).title == "附件已处理"
    assert {row.lead_id for row in rows(company)} == {1}
    assert batu.say(f"存到 L{other}").text == "没有等着存的图片或文件。请先发来，再选客户。"


def test_put_to_a_lead_by_word(company: Company, batu: Colleague) -> None:
    picture(company, batu)
    assert batu.say("存到 L1").text == "已把 1 个附件存到 L1（刘志强）。回复 附件 L1 可查看。"
    theirs = company.lead("白云飞", "13947100002", by="zhangsan")
    company.clock.go(hours=1)
    picture(company, batu)
    assert "没有找到 L" in batu.say(f"存到 L{theirs}").text
    assert [row.lead_id for row in rows(company)] == [1, None]


def test_not_kept_if_nobody_wants_it(company: Company, batu: Colleague) -> None:
    card = batu.after(lambda: company.person("batu").phone.send_picture(PNG)).card
    assert len(files(company)) == 1
    assert batu.tap(card, "不用保存").text == "好的，1 个都不保存。"
    assert company.runtime.keeper.round() == 1
    assert files(company) == []
    assert [(row.state, row.key, row.source, row.name) for row in rows(company)] == [("dropped", None, None, None)]
    company.clock.go(days=1)
    company.runtime.keeper._tidy_at = float("-inf")
    company.runtime.keeper.round()
    assert rows(company) == [], "it was counted that day"


def test_forgotten_after_three_days_without_an_answer(company: Company, batu: Colleague) -> None:
    picture(company, batu)
    company.clock.go(days=3, minutes=1)
    assert company.runtime.keeper.round() == 1
    assert (rows(company), files(company)) == ([], [])
    assert "没有等着存的" in batu.say("存到 L1").text


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00" + b"a program" * 20, "invoice.pdf"),
        (office("word/document.xml", "word/vbaProject.bin"), "a.docx"),
        (office("evil.exe"), "a.zip"),
        (b"PK\x03\x04broken", "a.xlsx"),
        (b"<html><script>alert(1)</script>", "a.jpg"),
        (b"%PDF", "tiny.pdf"),
    ],
)
def test_what_is_no_known_type_by_its_content_is_not_kept(company: Company, batu, content: bytes, name: str) -> None:
    batu.say("跟进 L1")
    assert document(company, batu, content, name) == [
        "收到文件，存到 L1（刘志强）。回复 附件 L1 可查看。",
        "您发到 L1 的图片或文件没有保存：只收图片、语音、视频、PDF 和不带宏的 docx、xlsx、pptx"
        "（旧版 Office 文件请另存为这三种）。",
    ]
    assert files(company) == []
    assert [row.state for row in rows(company)] == ["unfit"]


@pytest.mark.parametrize("mime", ["text/plain", "application/json", "text/html"])
def test_a_text_is_refused_at_once_and_is_not_taken_for_the_platforms_answer(
    company: Company, batu: Colleague, mime: str
) -> None:
    batu.say("跟进 L1")
    heard = batu.after(lambda: batu.phone.send_file(b"a few words", "t.txt", mime)).texts
    assert heard[-1].startswith("您发到 L1 的图片或文件没有保存：只收图片")
    assert [row.state for row in rows(company)] == ["unfit"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [(office("word/document.xml"), "docx"), (office("xl/workbook.xml"), "xlsx"), (PDF, "pdf"), (PNG, "png")],
)
def test_what_is_known_is_kept_whatever_its_name(company: Company, batu, content: bytes, kind: str) -> None:
    batu.say("跟进 L1")
    document(company, batu, content, "../../../etc/passwd\x00.exe")
    assert [row.type for row in rows(company)] == [kind]
    assert [path.name for path in files(company)] == [f"{rows(company)[0].id:016x}"]
    batu.say("附件 L1 1")
    assert got(company, batu) == content


def test_a_picture_that_is_none_is_not_kept(company: Company, batu: Colleague) -> None:
    batu.say("跟进 L1")
    assert "没有保存" in picture(company, batu, PDF)[-1]


@FAULTS
def test_a_voice_and_a_film_are_kept(company: Company, batu: Colleague) -> None:
    batu.say("跟进 L1")
    batu.after(lambda: company.person("batu").phone.send_voice(b"#!AMR\nhello there"))
    company.clock.go(seconds=1)
    batu.after(lambda: company.person("batu").phone.send_video(b"\x00\x00\x00\x18ftypmp42" + b"film" * 9))
    assert [row.type for row in rows(company)] == ["amr", "mp4"]
    batu.say("附件 L1 1")
    assert [m.kind for m in company.person("batu").phone.chat() if m.from_bot and m.media_id] == ["voice"]


def test_too_large_is_never_read_whole(company: Company, batu: Colleague) -> None:
    company.runtime.keeper._limits = Limits(1024 * 1024, 10**9)
    batu.say("跟进 L1")
    heard = document(company, batu, PDF + b"x" * 1024 * 1024 * 2, "big.pdf")
    assert heard[-1] == "您发到 L1 的图片或文件没有保存：超过 1 MB。"
    assert files(company) == []


@FAULTS
def test_a_full_disk_is_said_once_and_nothing_is_lost(
    company: Company, batu: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise NoRoom

    batu.say("跟进 L1")
    with monkeypatch.context() as patched:
        patched.setattr(company.runtime.keeper._files, "write", full)
        heard = picture(company, batu)
        assert heard[-1].startswith("存储空间已满，您发的图片或文件先留着")
        company.clock.go(minutes=20)
        assert batu.after(company.settle).texts == []
    company.clock.go(minutes=20)
    assert batu.after(company.settle).texts == ["您之前发的图片或文件已保存到 L1。"]
    assert [row.state for row in rows(company)] == ["kept"]


def test_the_companys_limit_holds_what_comes_until_there_is_room(company: Company, batu: Colleague) -> None:
    company.runtime.keeper._limits = Limits(1024 * 1024, len(PNG) + 10)
    batu.say("跟进 L1")
    picture(company, batu)
    assert "存储空间已满" in picture(company, batu)[-1]
    with company.runtime.store.unit(request_id="test") as unit:
        media.forget(unit, [1], None)
    company.runtime.keeper.round()
    assert files(company) == []


@PARTS
@pytest.mark.parametrize("full", ["by the limit", "on the disk"])
def test_where_there_is_no_room_nothing_is_fetched(
    company: Company, batu: Colleague, full: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    batu.say("跟进 L1")
    picture(company, batu)
    fetched = []

    def download(self: WeComChannel, source: str, most: int) -> object:
        fetched.append(source)
        return real(self, source, most)

    real = WeComChannel.download
    monkeypatch.setattr(WeComChannel, "download", download)
    keeper = company.runtime.keeper
    with monkeypatch.context() as patched:
        if full == "by the limit":
            patched.setattr(keeper, "_limits", Limits(1024 * 1024, len(PNG)))
        else:
            patched.setattr(keeper._files, "has_room", lambda size: False)  # noqa: ARG005
        assert "存储空间已满" in picture(company, batu)[-1]
        assert fetched == []
    company.clock.go(minutes=20)
    assert batu.after(company.settle).texts == ["您之前发的图片或文件已保存到 L1。"]
    assert len(fetched) == 1


def test_so_many_a_day_and_not_more_by_throwing_them_away(company: Company, batu: Colleague) -> None:
    runtime = company.runtime
    runtime.in_force.hold(replace(runtime.company, pools=replace(runtime.company.pools, daily_media=2)))
    batu.say("跟进 L1")
    picture(company, batu)
    batu.say("先这样")
    card = batu.after(lambda: company.person("batu").phone.send_picture(PNG)).card
    batu.tap(card, "不用保存")
    runtime.keeper.round()
    assert picture(company, batu) == [
        "今日已发附件 2/2 个，这个没有保存，明天（周三）00:00 恢复。需要更多时请联系管理员。"
    ]
    assert len(rows(company)) == 2
    theirs = company.person("zhangsan").after(lambda: company.person("zhangsan").phone.send_picture(PNG))
    assert theirs.card, "each has his own"
    company.clock.go(days=1)
    batu.say("跟进 L1")
    assert "收到图片" in picture(company, batu)[0]


@pytest.mark.parametrize("fault", [Fault.STATUS_500, Fault.RESET, Fault.HTML, Fault.HALF_BODY, Fault.REDIRECT])
def test_a_platform_in_trouble_is_tried_again(company: Company, batu: Colleague, fault: Fault) -> None:
    company.platform.faults.order(api="media/get", fault=fault, times=2)
    batu.say("跟进 L1")
    picture(company, batu)
    for _ in range(4):
        company.clock.go(minutes=2)
        company.settle()
    assert [row.state for row in rows(company)] == ["kept"]
    batu.say("附件 L1 1")
    assert got(company, batu) == PNG


@PARTS
def test_what_the_platform_does_not_give_within_three_days_is_lost_and_said(company: Company, batu: Colleague) -> None:
    company.platform.faults.order(api="media/get", fault=Fault.STATUS_500, times=100_000)
    batu.say("跟进 L1")
    picture(company, batu)
    for hours in (1, 24, 46):
        company.clock.go(hours=hours)
        assert batu.after(company.settle).texts == []
    company.clock.go(hours=1)
    heard = batu.after(company.settle).texts
    assert heard == ["您发到 L1 的图片或文件没能从平台取到，没有保存，请重新发一次。"]
    assert [row.state for row in rows(company)] == ["lost"]
    assert company.clock.now - rows(company)[0].received_at >= timedelta(days=3)


@FAULTS
def test_a_medium_that_has_expired_is_said_at_once(company: Company, batu: Colleague) -> None:
    company.platform.faults.order(api="media/get", fault=Fault.ERRCODE, errcode=40007)
    batu.say("跟进 L1")
    assert "请重新发一次" in picture(company, batu)[-1]


@PARTS
def test_a_picture_that_came_just_before_a_long_outage_is_kept(company: Company, batu: Colleague) -> None:
    """Taken in, but nobody could work on it for hours: another thing than yesterday's tap."""
    intake = company.runtime.intake
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(intake), "_work", lambda *_, **__: Taken(None, ring=False))
        company.person("batu").phone.send_picture(PNG)
    company.clock.go(hours=5)
    card = batu.after(lambda: (company.runtime.sweeper.sweep(), company.settle())).card
    assert card.title == "收到 1 个附件，存到哪位客户？"
    assert [row.state for row in rows(company)] == ["kept"]


def test_who_may_look_into_the_lead_sees_it_and_nobody_else(company: Company, batu: Colleague) -> None:
    batu.say("跟进 L1")
    picture(company, batu)
    company.clock.go(minutes=1)
    listed = batu.say("附件 L1").card
    manager, peer, hejing = company.person("lina"), company.person("zhangsan"), company.person("hejing")
    assert manager.say("附件 L1").card.title == "L1 附件 1 个"
    manager.say("附件 L1 1")
    assert got(company, manager) == PNG
    assert "没有找到 L" in peer.say("附件 L1").text
    assert "没有找到 L" in peer.say("附件 L1 1").text
    assert hejing.say("附件 L1").text.startswith("您的岗位不能查看附件。")
    manager.say("转移 L1 张三")
    company.clock.go(minutes=1)
    assert batu.now(listed).labels == ["我的客户"], "what hung there became the lead's card"
    assert peer.say("附件 L1").card.title == "L1 附件 1 个"
    with company.runtime.store.read() as session:
        assert not [m for m in company.person("batu").phone.chat() if m.from_bot and m.media_id]
        denied = session.scalars(select(AuditRow.action).where(AuditRow.action == "media:see:denied")).all()
    assert len(denied) == 3


def test_rights_are_asked_again_when_it_is_sent(company: Company, batu: Colleague) -> None:
    batu.say("跟进 L1")
    picture(company, batu)
    company.person("batu").phone.say("附件 L1 1")
    company.person("lina").phone.say("转移 L1 张三")
    company.settle()
    assert not [m for m in company.person("batu").phone.chat() if m.from_bot and m.media_id]


def test_a_wrong_place_in_the_list(company: Company, batu: Colleague) -> None:
    assert batu.say("附件 L1").text == "L1 还没有附件。点写跟进后直接发图片或文件，就会存在这里。"
    batu.say("跟进 L1")
    picture(company, batu)
    assert batu.say("附件 L1 7").texts[0].startswith("L1 没有附件 7，共 1 个。")
    assert batu.say("附件 L1 0").texts[0].startswith("L1 没有附件 0，共 1 个。")
    assert batu.say("附件 L1 身份证").texts[0].startswith("附件 请这样发：附件 编号 序号")
    assert batu.say("附件 L1 第1张").texts[0].startswith("正在发送 L1 的附件 1")
    assert "没有找到 L99" in batu.say("附件 L99").text


def test_pages(company: Company, batu: Colleague) -> None:
    batu.say("跟进 L1")
    for number in range(7):
        company.clock.go(minutes=1)
        picture(company, batu, PNG + bytes([number]))
    card = batu.say("附件 L1").card
    assert card.labels == ["看 7", "看 6", "看 5", "看 4", "看 3", "更早的"]
    batu.tap(card, "更早的")
    assert batu.now(card).labels == ["看 2", "看 1", "回最新的"]
    batu.tap(batu.now(card), "看 2")
    assert got(company, batu) == PNG + bytes([1])


def test_who_has_no_leads_by_his_post_keeps_nothing(company: Company) -> None:
    wangqiang = company.person("hejing")
    assert picture(company, wangqiang)[0].startswith("您的岗位名下不带客户，不存附件。")
    assert rows(company) == []


def test_a_file_that_was_altered_or_is_gone_is_not_sent(company: Company, batu: Colleague) -> None:
    batu.say("跟进 L1")
    picture(company, batu)
    (path,) = files(company)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert batu.say("附件 L1 1").texts[-1].startswith("附件没能发给您")
    path.unlink()
    company.clock.go(minutes=1)
    assert batu.say("附件 L1 1").texts[-1].startswith("附件没能发给您")


@pytest.mark.parametrize("typed", ["不用保存", "不保存", "不存了", "都不用保存了。"])
def test_typed_as_the_button_says(company: Company, batu: Colleague, typed: str) -> None:
    card = batu.after(lambda: company.person("batu").phone.send_picture(PNG)).card
    assert batu.say(typed).texts == ["好的，1 个都不保存。"]
    assert batu.now(card).title == "附件已处理"
    assert company.runtime.keeper.round() == 1
    (kept,) = rows(company)
    assert (kept.state, kept.key, files(company)) == ("dropped", None, [])


def test_typed_over_a_question_that_stays_open(company: Company, batu: Colleague) -> None:
    picture(company, batu)
    batu.say("释放 L1")
    assert batu.say("不用保存").text == "好的，1 个都不保存。\n还在等 L1 的释放原因，直接回复即可；回复 取消 退出。"
    assert batu.say("不用保存").text != "好的，1 个都不保存。", "nothing waits: now it is a reason as any other"


def test_where_nothing_waits_it_is_what_it_was(company: Company, batu: Colleague) -> None:
    batu.say("跟进 L1")
    assert batu.say("不用保存").text.startswith("已记录 L1 的跟进")


def test_the_card_of_what_was_refused_asks_no_more(company: Company, batu: Colleague) -> None:
    heard = batu.after(lambda: company.person("batu").phone.send_file(b"MZ\x90\x00" + b"a program" * 20, "a.exe"))
    assert "没有保存" in heard.text
    (card,) = heard.cards
    assert batu.now(card).title == "附件已处理"
    assert batu.now(card).labels == ["我的客户"]


def test_who_may_only_read_on_is_not_sent_to_what_he_may_not_see(company: Company, batu: Colleague) -> None:
    """Was: 「附件 1 个，回复 附件 L1 查看」, and doing so was refused."""
    picture(company, batu)
    batu.say("存到 L1")
    assert "附件 1 个" in batu.say("客户 L1").card.whole
    batu.say("转移 L1 张三 可查看至 12-31")
    assert "附件" not in batu.say("客户 L1").card.whole
    assert "附件 1 个" in company.person("zhangsan").say("客户 L1").card.whole
