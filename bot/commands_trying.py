"""`tuoling risk try` and `compare`: what changed risk rules would have said of the applications of the past, and what
the challenger said of those of now."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.commands_config import files_in_force
from bot.comparison_words import notes, side_by_side
from bot.explain import Unready
from bot.phrases.command_words import COMMAND_WORDS
from bot.runtime import open_store
from cards import saying
from cards.texts import comparing as texts
from cards.texts.comparing import Sides
from config import in_force
from config.company import Company, company_of, company_with, load_company
from config.companyfolder import content_of, key_of
from config.lengths import meant_length, parse_length
from config.problems import SAME, likely
from config.riskfile import is_challenger
from config.settings import Settings
from config.yamlfile import read_yaml
from core.loans.challenged import Version, compare
from core.loans.trying import Change
from core.loans.trying_parts import PROCESSES, Place, try_all
from core.moments import CHINA
from core.risk.comparing import RuleHits, Tally, names_of
from core.risk.policy import Policies

_LONGEST = timedelta(days=3660)


def try_rules(
    settings: Settings,
    file: Path | None,
    stands_for: str | None,
    since: str,
    picture: Path | None,
    processes: int = PROCESSES,
) -> Iterator[str]:
    """`tuoling risk try [NEW.yaml] --since 90d`: the rules in force and the changed ones, side by side, over the
    applications that were handed in since then. `file` stands for the one in force that has its name, or the name
    `stands_for`; without it, the folder counts as it stands. Writes nothing but the picture.

    Raises:
        CompanyError: something in the file, or in the folder, is wrong.
        Unready: there is no such file in force, `since` is no length of time, or the picture cannot be drawn.
    """
    check_picture(picture)
    store = open_store(settings)
    begin = begins(since, store.clock())
    _, files = files_in_force(store)
    files = files or in_force.texts_in(settings.config_dir)
    before = company_of(files, COMMAND_WORDS)
    after, what = _changed(settings, files, file, stands_for)
    change = Change(before.risk, after.risk, after.loans, begin)
    tally = try_all(store, Place(settings.database_url, settings.master_keys()), change, processes)
    period = f"{begin.astimezone(CHINA):%Y-%m-%d} 以来提交的进件"
    if not tally.count:
        yield f"{period}里没有可以试算的。"
        yield from notes(tally, {})
        return
    rules = tally.by_rule(names_of([*before.risk.policies, *after.risk.policies]))
    yield f"试算{what}，{period} {tally.count:,} 笔。"
    yield ""
    yield from side_by_side(tally, texts.TRIED, rules)
    yield ""
    yield from notes(tally, _labels(before.risk, after.risk))
    yield f"只是试算，什么也没有改。{texts.LENDER_DECIDES}"
    if picture is not None:
        line = f"{period} {tally.count:,} 笔；只是试算，什么也没有改"
        yield draw(picture, f"试算{what}", line, texts.TRIED, tally, rules)


def compare_challenger(settings: Settings, since: str, picture: Path | None) -> Iterator[str]:
    """`tuoling risk compare --since 30d`: the rules that count and the challenger, side by side, by what both said of
    the applications that were looked at since then. Writes nothing but the picture.

    Raises:
        Unready: `since` is no length of time, no challenger was asked, or the picture cannot be drawn.
    """
    check_picture(picture)
    store = open_store(settings)
    begin = begins(since, store.clock())
    day = f"{begin.astimezone(CHINA):%Y-%m-%d}"
    with store.read() as session:
        found = compare(session.connection(), store.vault, begin)
    if not found.challengers:
        raise Unready(f"{day} 以来没有挑战者评过哪一笔。在 risk 的一个文件里写 challenger: house，应用以后就开始。")
    tally, rules = found.tally, found.tally.by_rule(found.names)
    asked = "；".join(_version(each) for each in found.challengers)
    yield f"挑战者：{asked}。{day} 以来预审、两套都有结果的进件 {tally.count:,} 笔，各看最后一次。"
    yield ""
    yield from side_by_side(tally, texts.CHALLENGED, rules)
    yield ""
    yield from notes(tally, {})
    if found.older:
        yield f"另有 {found.older:,} 次由更早的挑战者评过，没有算。"
    yield f"挑战者的结果只记录，没有给任何人看过，也没有影响任何一笔。{texts.LENDER_DECIDES}"
    if picture is not None:
        line = f"{asked}；{day} 以来 {tally.count:,} 笔"
        yield draw(picture, "现行规则与挑战者", line, texts.CHALLENGED, tally, rules)


def _version(each: Version) -> str:
    files = "、".join(f"{key}.yaml" for key in each.policy.challenger)
    return f"{saying.product(each.policy.product)} {files} 第{each.number}版"


def _changed(
    settings: Settings, files: dict[str, str], file: Path | None, stands_for: str | None
) -> tuple[Company, str]:
    """The company with what is changed, and what that is called. Of a challenger's file it is what the challenger says
    that is tried."""
    if file is None:
        load_company(settings.config_dir, COMMAND_WORDS)  # its problems name the place in the folder
        return company_of(in_force.texts_in(settings.config_dir), COMMAND_WORDS), "配置文件夹里的规则"
    name = stands_for or file.name
    if f"risk/{name}" not in files and (stands_for is not None or not _challenges(file)):
        known = [key_of(each) for each in files if each.startswith("risk/")]
        near = likely(name.removesuffix(".yaml"), known, SAME)
        there = f"是不是 {near}.yaml？" if near else f"有 {'、'.join(f'{each}.yaml' for each in known)}。"
        raise Unready(f"生效的 risk 里没有 {name}，{there}文件名不同的，用 --as 写明代替哪一个，如 --as house.yaml。")
    company = company_with(files, f"risk/{name}", file, COMMAND_WORDS)
    if any(key_of(f"risk/{name}") in each.challenger for each in company.risk.challengers):
        return replace(company, risk=company.risk.won()), f"挑战者 {name}"
    return company, f"改过的 {name}"


def _challenges(file: Path) -> bool:
    """Does it say that it is a challenger?"""
    content = content_of(file, [])
    top = read_yaml(content, "", []) if content is not None else None
    return top is not None and is_challenger(top)


def begins(since: str, now: datetime) -> datetime:
    """Since when: `90d`, `90天`, `2周`, or a day (`2026-09-01`).

    Raises:
        Unready: it is neither.
    """
    length = parse_length(since) or parse_length(meant_length(since))
    if length is not None and length <= _LONGEST:
        return now - length
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", since):
        try:
            return datetime.fromisoformat(since).replace(tzinfo=CHINA)
        except ValueError:
            pass
    raise Unready(f"--since 看不懂 “{since}”：写多久以来（90d、90天、3个月，最多十年），或从哪天起（2026-09-01）。")


def check_picture(file: Path | None) -> None:
    """Before anything is reckoned for it.

    Raises:
        Unready: it is to be another kind of file.
    """
    if file is not None and file.suffix.lower() != ".png":
        raise Unready(f"{file} 应以 .png 结尾。")


def draw(file: Path, title: str, line: str, sides: Sides, tally: Tally, rules: list[RuleHits]) -> str:
    """The picture into this file.

    Raises:
        Unready: the font lacks a character.
        OSError: the file cannot be written.
    """
    from cards.pictures.comparison import Comparison, png  # imports matplotlib, which no other command needs
    from cards.typeface import NoGlyph

    try:
        file.write_bytes(png(Comparison(title, line, sides, tally, rules)))
    except NoGlyph as error:
        raise Unready(f"图片的字体里没有 “{error.chars}”，画不出来；表格不受影响。") from error
    return f"图画在 {file}。"


def _labels(*policies: Policies) -> dict[str, str]:
    return {named.name: named.label for some in policies for policy in some.policies for named in policy.names}
