"""`tuoling leads import`: a file of leads into the pools, each line once, however often it is broken off and run again.

A line that is wrong stops no other. What became of each stands in a file beside it, without personal data.
"""

import csv
import os
import sys
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import mkstemp
from typing import IO, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.explain import Unready
from bot.leadfields import Wrong, default_channel, read_fields
from bot.leadsfile import HEADS, LeadsFile, LeadsFileError, Line, open_leads, private_copy
from bot.phrases.command_words import COMMAND_WORDS
from bot.runtime import open_store
from config.in_force import InForce
from config.settings import Settings
from core.leads import arriving, imported
from core.leads.arriving import Arrival, NewLead
from core.leads.imported import Taken
from core.leads.pools import Pools
from core.manners.kinds import ReminderKind
from core.store.unit import Store, Unit
from jobs.automating import Automat
from jobs.reach import say

FROM_A_FILE = "文件导入"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SHOWN_IGNORED = 8
_PATIENCE = timedelta(seconds=30)  # nobody waits for an answer here


@dataclass(slots=True)
class _Tally:
    """What became of the lines. `before`: so many of them were taken by an earlier run of the same file."""

    added: int = 0
    again: int = 0
    refused: int = 0
    before: int = 0


@dataclass(slots=True)
class _Work:
    """One run: where it writes, by which rules, and how far it is."""

    store: Store
    pools: Pools
    file: LeadsFile
    channel: str
    dry_run: bool
    tally: _Tally = field(default_factory=_Tally)


def import_leads_file(
    settings: Settings, file: Path, channel: str | None = None, *, dry_run: bool = False
) -> Generator[str, None, bool]:
    """`tuoling leads import`: every line that is right, and what became of each line in a file beside it; in the end
    True if no line was refused. `channel` is that of lines which name none. A dry run reads and looks everything up,
    and writes nothing but that file."""
    try:
        given = default_channel(channel) if channel is not None else FROM_A_FILE
    except ValueError as error:
        raise Unready(f"--channel {error}。") from None
    store = open_store(settings)
    in_force = InForce(store.database, settings.config_dir, COMMAND_WORDS)
    store.listen(Automat(store, in_force, texting=settings.sms is not None, hosts=settings.webhook_hosts or ()).tell)
    in_force.look()
    result = file.with_name(f"{file.name}.结果.csv")
    if result.is_dir():
        raise Unready(f"{result} 是一个文件夹，每一行的结果没有地方写。请把它移走或改名，再导入。")
    try:
        with private_copy(file, settings.var_dir) as copy:
            leads = open_leads(copy, file.name)
            if leads.ignored:
                yield f"没有用到的列：{_named(leads.ignored)}。"
            work = _Work(store, in_force.now.pools, leads, given, dry_run)
            broken = _run(work, result)
    except LeadsFileError as error:
        raise Unready(str(error)) from None
    if not dry_run:
        _finish(work)
    yield _summary(work.tally, result, dry_run=dry_run)
    if broken is not None:
        raise Unready(f"{broken}前面的已经处理，改好后另存剩下的行再导入。")
    return not work.tally.refused


def _run(work: _Work, result: Path) -> LeadsFileError | None:
    """All lines, block by block; why reading ended before the end of the file, if it did."""
    broken: LeadsFileError | None = None
    with _whole(result) as out, _progress(work.file.about) as advance:
        rows = csv.writer(out, quoting=csv.QUOTE_ALL)
        rows.writerow(["行", "结果", "线索", "列", "原因"])
        try:
            for lines in _blocks(work.file.lines):
                rows.writerows(_block(work, imported.block_of(lines[0].number), lines))
                advance(lines[-1].number)
        except LeadsFileError as error:
            broken = error
    return broken


@contextmanager
def _whole(file: Path) -> Iterator[IO[str]]:
    """A new file that takes the name `file` when all of it is written, and is gone if it is not. Each run writes one of
    its own, which nobody else opens: of several at once, the last that ends is the one that stays."""
    handle, partial = mkstemp(prefix=".tuoling-", suffix=".part", dir=file.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as out:
            yield out
        os.replace(partial, file)
    finally:
        Path(partial).unlink(missing_ok=True)


def _blocks(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """The lines by block; those before a line that cannot be read come before the error."""
    some: list[Line] = []
    try:
        for line in lines:
            if some and imported.block_of(line.number) != imported.block_of(some[0].number):
                yield some
                some = []
            some.append(line)
    except LeadsFileError:
        if some:
            yield some
        raise
    if some:
        yield some


def _block(work: _Work, block: int, lines: Sequence[Line]) -> Iterator[list[str]]:
    """What became of the lines of one block, in their order, as rows of the result file."""
    read = {line.number: _read(line, work.channel) for line in lines}
    with work.store.read() as session:
        before = imported.taken_before(session, work.file.digest, block)
    vault = work.store.vault
    wanted = {
        number: arriving.prepare(vault, each)
        for number, each in read.items()
        if not isinstance(each, list) and number not in before
    }
    taken: Mapping[int, Taken | None] = _look_up(work, wanted) if work.dry_run else _take(work, block, wanted)
    work.tally.before += len(before)
    for number, each in read.items():
        if number in before:
            yield _row(number, before[number], dry_run=False)
        elif isinstance(each, list):
            work.tally.refused += 1
            yield from (_cells(number, "未导入", "", HEADS.get(one.field, one.field), one.why) for one in each)
        else:
            became = taken[number]
            work.tally.again += became is not None and became.again
            work.tally.added += became is None or not became.again
            yield _row(number, became, dry_run=work.dry_run)


def _read(line: Line, channel: str) -> NewLead | list[Wrong]:
    if line.beyond:
        return [Wrong("", "格子比表头多；内容里有逗号的，两边加半角双引号")]
    return read_fields(line.cells, channel)


def _take(work: _Work, block: int, wanted: Mapping[int, Arrival]) -> Mapping[int, Taken]:
    if not wanted:
        return {}
    store, file = work.store, work.file.digest

    def once() -> Mapping[int, Taken] | None:
        with _unit(work, block) as unit:
            return imported.take_lines(unit, file, wanted, work.pools)

    taken = store.database.attempt(once)
    if taken is None:  # another run of this file was faster
        with store.read() as session:
            taken = imported.taken_before(session, file, block)
    return taken


def _look_up(work: _Work, wanted: Mapping[int, Arrival]) -> Mapping[int, Taken | None]:
    """What would become of the lines: the leads they would be noted on."""
    with work.store.read() as session:
        found = arriving.open_leads_of(session, wanted.values())
    return {
        line: Taken(lead_id, again=True) if lead_id is not None else None
        for line, lead_id in zip(wanted, found, strict=True)
    }


class _Overtaken(Exception):
    """Another run of the file has told the owners at this moment."""


def _finish(work: _Work) -> None:
    """The run into the audit log, and one message to each owner whose customers came again."""
    while True:
        try:
            _tell_owners(work)
        except _Overtaken:
            continue
        return


def _tell_owners(work: _Work) -> None:
    store, file, tally = work.store, work.file.digest, work.tally
    with store.read() as session:
        rows, owners = imported.owners_to_tell(session, file)
    with _unit(work, max(rows, default=0)) as unit:
        if not imported.mark_told(unit, file, rows):
            raise _Overtaken
        for owner_id, came in sorted(owners.items()):
            _tell(unit, owner_id, came)
        counts = {"added": tally.added, "again": tally.again, "refused": tally.refused, "before": tally.before}
        unit.record(None, "lead:import", f"file:{file[:16]}", **counts)


def _tell(unit: Unit, owner_id: int, came: imported.CameAgain) -> None:
    leads = "、".join(f"L{lead_id}" for lead_id in came.leads) + ("等" if came.count > len(came.leads) else "")
    said = f"公司导入的线索里，您的客户有 {came.count} 次再次来访：{leads}。"
    say(unit, ReminderKind.LEAD_CAME, owner_id, f"{said}发「客户 L{came.leads[0]}」查看。")


def _unit(work: _Work, part: int) -> AbstractContextManager[Unit]:
    origin = f"import:{work.file.digest[:40]}:{part}"
    return work.store.unit(request_id="cli", channel="cli", origin=origin, patience=_PATIENCE)


def _row(number: int, taken: Taken | None, *, dry_run: bool) -> list[str]:
    if taken is None:
        return _cells(number, "可以导入", "", "", "")
    lead = f"L{taken.lead_id}"
    if not taken.again:
        return _cells(number, "已导入", lead, "", "")
    return _cells(number, f"已存在 {lead}，{'会' if dry_run else ''}记为再次来访", lead, "", "")


def _cells(number: int, *texts: str) -> list[str]:
    return [str(number), *[f"'{text}" if text.startswith(_FORMULA) else text for text in texts]]


def _summary(tally: _Tally, result: Path, *, dry_run: bool) -> str:
    would = "可以导入" if dry_run else "新增"
    again = "会记为再次来访" if dry_run else "记为再次来访"
    parts = [f"{would} {tally.added} 条", f"已存在、{again} {tally.again} 条", f"未导入 {tally.refused} 条"]
    parts += [f"以前已从这个文件导入 {tally.before} 条，没有再记"] if tally.before else []
    return f"{'试导入，什么也没有写：' if dry_run else '导入完成：'}{'，'.join(parts)}。每一行的结果见 {result}"


def _named(heads: Sequence[str]) -> str:
    shown = "、".join(head[:20] for head in heads[:_SHOWN_IGNORED])
    return shown + (f"等 {len(heads)} 列" if len(heads) > _SHOWN_IGNORED else "")


@contextmanager
def _progress(about: int) -> Iterator[Any]:
    """A bar on a terminal: call what it gives with the number of the line that is done."""
    bar = (BarColumn(), MofNCompleteColumn(), TextColumn("行"), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*bar, console=console, disable=not sys.stderr.isatty(), transient=True) as shown:
        task = shown.add_task("", total=about or None)
        yield lambda line: shown.update(task, completed=line)
