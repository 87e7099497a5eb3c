"""附件 in core: whose they are, where they go, what is forgotten; and the files, each with a key of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kit.company import Company
from sqlalchemy import select

from core.leads import media, media_fetching
from core.leads.contact_outcomes import Attached, NothingToAttach, Received
from core.leads.filetypes import PNG, MediumKind, type_of
from core.leads.kept import Medium, MediumState
from core.leads.media_fetching import Content
from core.leads.outcomes import NotYours
from core.privacy import Unreadable
from core.store.files import Files, NoRoom, new_key
from core.store.unit import Unit

KEPT = Content(PNG, 9, "d" * 64, "a.png")


@pytest.fixture
def unit(company: Company) -> Iterator[Unit]:
    with company.runtime.store.unit(request_id="test", channel="wecom") as unit:
        yield unit


def received(company: Company, unit: Unit, lead: int | None = None, who: str = "batu") -> int:
    outcome = media.receive(
        unit, company.person(who).actor, MediumKind.PICTURE, "m1", lead, company.runtime.company.pools
    )
    assert isinstance(outcome, Received)
    return outcome.medium_id


def states(unit: Unit) -> list[str]:
    return list(unit.session.scalars(select(Medium.state).order_by(Medium.id)))


def test_a_lead_that_is_not_his_is_not_taken_for_clear(company: Company) -> None:
    lead = company.lead(by="zhangsan")
    with company.runtime.store.unit(request_id="test", channel="wecom") as unit:
        actor, pools = company.person("batu").actor, company.runtime.company.pools
        outcome = media.receive(unit, actor, MediumKind.PICTURE, "m1", lead, pools)
        assert isinstance(outcome, Received)
        assert outcome.lead_id is None


def test_put_to_a_lead_once_and_only_ones_own(company: Company) -> None:
    mine, theirs = company.lead(by="batu"), company.lead(phone="13947100002", by="zhangsan")
    batu = company.person("batu").actor
    with company.runtime.store.unit(request_id="test", channel="wecom") as unit:
        received(company, unit)
        received(company, unit, who="zhangsan")
        assert isinstance(media.attach(unit, batu, theirs), NotYours)
        assert media.attach(unit, batu, mine) == Attached(mine, 1)
        assert media.attach(unit, batu, mine) == NothingToAttach(mine)


def test_what_is_kept_is_kept_once_and_what_nobody_wants_never(company: Company, unit: Unit) -> None:
    medium = received(company, unit)
    assert media_fetching.keep(unit, medium, KEPT) is not None
    assert media_fetching.keep(unit, medium, KEPT) is None
    assert media_fetching.turn(unit, medium, MediumState.LOST) is None, "it is kept"
    assert media.leave(unit, company.person("batu").actor) == 1
    other = received(company, unit)
    media.leave(unit, company.person("batu").actor)
    assert media_fetching.keep(unit, other, KEPT) is None
    assert states(unit) == ["dropped", "dropped"]


def test_erasing_a_customer_takes_all_of_it_with_it(company: Company) -> None:
    lead = company.lead(by="batu")
    with company.runtime.store.unit(request_id="test", channel="wecom") as unit:
        for _ in range(2):
            media_fetching.keep(unit, received(company, unit, lead), KEPT)
        received(company, unit)
        assert media.forget(unit, [lead], None) == 2
    with company.runtime.store.read() as session:
        gone = media_fetching.to_remove(session)
        assert len(gone) == 2
    with company.runtime.store.database.write() as session:
        media_fetching.removed(session, gone)
    with company.runtime.store.read() as session:
        assert media_fetching.to_remove(session) == []
        rows = session.scalars(select(Medium).where(Medium.lead_id == lead)).all()
        assert [(row.key, row.name, row.source) for row in rows] == [(None, None, None)] * 2


def test_a_file_comes_back_as_it_was_under_its_number_and_key_alone(tmp_path: Path) -> None:
    files, key = Files(tmp_path / "media"), new_key()
    files.write(7, key, b"content")
    files.write(7, key, b"content")
    assert files.read(7, key) == b"content"
    (path,) = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert b"content" not in path.read_bytes()
    assert (path.stat().st_mode & 0o777, path.parent.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    with pytest.raises(Unreadable):
        files.read(7, new_key())
    other = path.with_name(f"{8:016x}")
    other = path.parent.parent / "08" / other.name
    other.parent.mkdir()
    path.rename(other)
    with pytest.raises(Unreadable):
        files.read(8, key)
    with pytest.raises(FileNotFoundError):
        files.read(7, key)
    files.delete(8)
    files.delete(8)
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


def test_a_disk_that_is_nearly_full_keeps_its_last_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = Files(tmp_path / "media")
    monkeypatch.setattr("core.store.files.KEEP_FREE", 1 << 60)
    with pytest.raises(NoRoom):
        files.write(7, new_key(), b"content")
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


def test_what_a_killed_process_left_half_written_goes_with_the_file(tmp_path: Path) -> None:
    files, key = Files(tmp_path / "media"), new_key()
    files.write(7, key, b"content")
    (path,) = [each for each in tmp_path.rglob("*") if each.is_file()]
    path.with_name(f"{path.name}.abcdef").write_bytes(b"half")
    files.delete(7)
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


@pytest.mark.parametrize(
    ("head", "ending"),
    [
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "mp4"),
        (b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ", "mp4"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "heic"),
        (b"<!--ftyp--><script>alert(1)</script>", None),
        (b"abcdftypMZ anything", None),
        (b"\x00\x00\x00\x18ftypevil\x00\x00\x00\x00mp42isom", None),
        (b"\x00\x00\x00\x18ftypmp42", None),
    ],
)
def test_a_film_is_known_by_its_first_box(head: bytes, ending: str | None) -> None:
    found = type_of(head, MediumKind.FILE)
    assert (found.ending if found else None) == ending
