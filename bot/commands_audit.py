"""`tuoling audit`: whether the operation log holds, its head, and all that is known of an application, for an
inspection."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from bot.account import account
from bot.explain import Unready
from bot.export import page, sections
from bot.export.data import FORMAT, as_json
from bot.export.sections import Part
from bot.export.writing import AlreadyThere, drafted
from bot.phrases.application_numbers import split_application
from bot.phrases.command_words import COMMAND_WORDS
from bot.runtime import open_store
from config.in_force import InForce
from config.settings import Settings
from core.dossier import reading
from core.dossier.log import Chain
from core.dossier.reading import Means, Reading, Unopened
from core.loans.models import subject
from core.store import audit
from core.store.audit import AuditHead, Broken, Intact
from core.store.files import Files
from core.store.unit import Store

_BROKEN = {"altered": "被改动", "missing": "缺失"}
_REPORT = "请立即报告，并保留数据库现场。"
_LONGEST_REASON = 200


def verify_audit(settings: Settings) -> str:
    """`tuoling audit verify`."""
    store = open_store(settings)
    with store.read() as session:
        result = audit.verify(session, store.vault)
    if isinstance(result, Intact):
        return f"日志完整：{result.rows} 条，链头 {result.head}" if result.rows else "日志完整：0 条，还没有任何记录。"
    raise Unready(f"{_broken_said(result)}{_REPORT}")


def _broken_said(found: Broken) -> str:
    """What of the log does not hold."""
    if found.what == "unknown key":
        again = "换过密钥的，请带上旧密钥再校验：TUOLING_SECRET_KEY_OLD=旧密钥 tuoling audit verify。没有换过："
        return f"第 {found.seq} 条记录所用的密钥不认识。{again}"
    if found.what == "cut":
        return _cut(found.seq, found.head)
    if found.what == "head":
        said = f"链头坏了：{found.seq - 1} 条记录条条相符，但链头那一行读不出来，末尾有没有少无法核对。"
        return f"{said}链头被改动过。"
    return f"第 {found.seq} 条记录{_BROKEN[found.what]}。"


def _cut(seq: int, head: int | None) -> str:
    """Entries and head do not agree at the log's end, from entry `seq` on: what is gone, and what is left."""
    if seq == 1 and not head:
        return "操作日志被清空：数据库里有数据，却一条记录也没有。"
    if head is None:
        return f"链头不见了：记录有 {seq - 1} 条，说明总数的链头却被删掉了，末尾有没有少也就无法核对。"
    if seq == 1:
        return f"操作日志被清空：按链头应有 {head} 条记录，现在一条也没有。"
    if head >= seq:
        return f"操作日志的末尾被删掉：按链头应有 {head} 条记录，第 {seq} 条起不见了。"
    return f"链头与记录不符：链头停在第 {head} 条，与那里的记录对不上，或者后面还有记录。链头被改动过。"


def audit_head(settings: Settings) -> str:
    """`tuoling audit head`: number and hash of the newest entry, to be kept elsewhere."""
    with open_store(settings).read() as session:
        head = session.get(AuditHead, 1)
    return f"{head.seq} {head.hash.hex()}" if head and head.seq else "操作日志还是空的"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How an application is exported: into which folder, in full or masked, why, and whether over what is there."""

    folder: Path
    full: bool = False
    reason: str = ""
    force: bool = False


def export_application(settings: Settings, number: str, wanted: Wanted) -> Iterator[str]:
    """`tuoling audit export A203`: all that is known of the application, as A203.json and A203.html. Audited as
    `audit:exported` with the SHA-256 of both, before they are there.

    Raises:
        Unready: there is no such application, or a file of it is there already; or the operation log does not hold, or
            a part cannot be read: then the files are written, and say so.
        OSError: they cannot be written.
    """
    if wanted.full and not wanted.reason.strip():
        raise Unready("完整导出（--full）要写原因：--reason 原因。")
    store = open_store(settings)
    in_force = InForce(store.database, settings.config_dir, COMMAND_WORDS)
    in_force.look()
    with store.snapshot() as session:
        company = in_force.now
        means = Means(company.tagging, company.pools, company.providers, Files(settings.var_dir / "media"))
        begun = _begun(store, session, number, means, full=wanted.full)
        parts = sections.read(begun)
        contents = _contents(begun, parts, wanted)
        reason = replace(begun, full=False).text(wanted.reason.strip())[:_LONGEST_REASON]
    try:
        with drafted(wanted.folder, contents, replace=wanted.force):
            _record(store, begun, contents, reason)
    except AlreadyThere as error:
        raise Unready(f"{error.path} 已经有了，没有覆盖。换一个文件夹（--to），或者确认要覆盖：--force。") from None
    names = "、".join(str(wanted.folder / name) for name in contents)
    yield f"已导出 {names}，{'没有打码，请按个人信息保管' if wanted.full else '姓名和号码已打码'}。"
    damaged = "、".join(part.section.title for part in parts if isinstance(part.content, Unopened))
    unread = f"读不出来的部分（密钥已停用，或数据被动过）：{damaged}。" if damaged else ""
    if begun.broken is not None:
        raise Unready(f"{_broken_said(begun.broken)}{unread}导出的文件里已写明。{_REPORT}")
    yield _chain_said(begun, parts)
    if unread:
        raise Unready(f"{unread}导出的文件里已写明。")


def _begun(store: Store, session: Session, number: str, means: Means, *, full: bool) -> Reading:
    found = split_application(number)
    begun = None
    if found is not None:
        begun = reading.begin(session, store.vault, found[0], store.clock(), means, full=full)
    if begun is None:
        raise Unready(f"没有进件 {number}。请写进件编号，如：tuoling audit export A203。")
    return begun


def _contents(begun: Reading, parts: Sequence[Part], wanted: Wanted) -> dict[str, bytes]:
    """The files, by name."""
    number = f"A{begun.number}"
    export: dict[str, Any] = {
        "format": FORMAT,
        "exported_at": begun.now,
        "by": account(),
        "full": wanted.full,
        "reason": begun.text(wanted.reason.strip()),
        "software": version("tuoling"),
    }
    data = as_json(export, parts)
    shown = page.as_page(begun, export | {"json_sha256": _sha256(data)}, parts, _chain_said(begun, parts))
    return {f"{number}.json": data, f"{number}.html": shown}


def _chain_said(begun: Reading, parts: Sequence[Part]) -> str:
    if begun.broken is not None:
        return f"操作日志不完整：{_broken_said(begun.broken)}"
    chain: Chain = next(part.content for part in parts if part.section.key == "chain")
    return f"操作日志完整：共 {chain.entries} 条，从第一条起条条相符。"


def _record(store: Store, begun: Reading, contents: dict[str, bytes], reason: str) -> None:
    """Written down before the files are there: who has one has an entry that tells of it. `reason` is masked: the log
    holds nothing of the customer."""
    with store.unit(request_id="cli", channel="cli") as unit:
        told = {name.rpartition(".")[2]: _sha256(content) for name, content in contents.items()}
        told |= {"by": account(), **({"reason": reason} if reason else {})}
        unit.record(None, "audit:exported", subject(begun.number), full=begun.full, **told)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
