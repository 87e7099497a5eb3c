"""The `tuoling` command. Each command is short: it loads the settings, builds the runtime, calls one function."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from config.company import CompanyError, load_company
from config.logging import configure_logging
from config.settings import Settings, SettingsError, load_settings

T = TypeVar("T")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """驼铃：企业微信 / 钉钉里的助贷 CRM。"""


def _or_stop(work: Callable[[], T]) -> T:
    """Run `work`; what an administrator can mend is said in plain words, without a traceback."""
    try:
        return work()
    except (SettingsError, CompanyError) as error:
        click.echo(str(error), err=True)
        sys.exit(2)


def _settings() -> Settings:
    settings = _or_stop(load_settings)
    configure_logging(settings.log_level)
    for warning in settings.warnings:
        click.echo(warning, err=True)
    return settings


@main.command()
@click.option("--host", help="监听地址（TUOLING_HOST）")
@click.option("--port", type=int, help="端口（TUOLING_PORT）")
def serve(host: str | None, port: int | None) -> None:
    """网页服务：接收企业微信 / 钉钉的回调。"""
    settings = _settings()
    from bot.serve import prepare_metrics, web

    prepare_metrics(settings)
    from bot.runtime import build

    _or_stop(lambda: build(settings))  # a wrong company folder stops the start here, with its sentence
    web(settings, host=host or settings.host, port=port or settings.port)


@main.command()
def worker() -> None:
    """后台进程：响铃后立即发送消息和卡片。"""
    settings = _settings()
    from bot import serve as processes

    processes.prepare_metrics(settings)
    from bot.runtime import build

    processes.worker(_or_stop(lambda: build(settings)))


@main.command()
def scheduler() -> None:
    """后台进程：补完中断的操作，发送到期消息，清理旧数据。"""
    settings = _settings()
    from bot import serve as processes

    processes.prepare_metrics(settings)
    from bot.runtime import build

    processes.scheduler(_or_stop(lambda: build(settings)))


@main.command()
@click.option("--port", type=int, default=8000, show_default=True, help="端口")
def demo(port: int) -> None:
    """演示：一家虚构公司、虚构数据，在浏览器里试用。"""
    from bot.sandbox.demo import run

    _or_stop(lambda: run(port))


@main.group()
def db() -> None:
    """数据库。"""


@db.command("upgrade")
def db_upgrade() -> None:
    """把数据库升级到本版本。"""
    settings = _settings()
    from core.store import migrate
    from core.store.database import Database

    before, now = migrate.upgrade(Database(settings.database_url))
    click.echo(f"数据库版本：{before or '空'} → {now}" if before != now else f"数据库已是最新版本 {now}")


@main.group()
def config() -> None:
    """公司配置（YAML）。"""


@config.command("check")
def config_check() -> None:
    """检查公司配置，指出文件、行和可能想写的词。"""
    settings = _settings()
    company = _or_stop(lambda: load_company(settings.config_dir))
    click.echo(f"配置正确（版本 {company.version[:12]}），公海 {len(company.pools.pools)} 个。")


@main.group()
def people() -> None:
    """人员。"""


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def people_import(file: Path) -> None:
    """导入人员表（CSV）：name,department,role,wecom_userid,dingtalk_userid,superior,rank。"""
    settings = _settings()
    from bot.peoplefile import PeopleFileError, read_people
    from bot.runtime import build
    from core.people.service import Imported, import_people

    try:
        rows = read_people(file)
    except PeopleFileError as error:
        raise click.ClickException(str(error)) from None
    with _or_stop(lambda: build(settings)).store.unit(request_id="cli", channel="cli") as unit:
        result = import_people(unit, rows)
    if isinstance(result, Imported):
        click.echo(f"导入完成：新增 {result.added} 人，更新 {result.changed} 人，未变 {result.unchanged} 人。")
        return
    for bad in result:
        click.echo(
            f"{file.name} 第 {bad.line} 行 {bad.column}：{_WHY[bad.why]}{f'「{bad.value}」' if bad.value else ''}"
        )
    raise click.ClickException(f"有 {len(result)} 处错误，没有导入任何人。")


_WHY = {"empty": "不能为空", "unknown": "不认识", "twice": "重复"}


@main.group()
def audit() -> None:
    """操作日志。"""


@audit.command("verify")
def audit_verify() -> None:
    """校验操作日志的哈希链；指出第一条不符的记录。"""
    settings = _settings()
    from bot.runtime import build
    from core.store.audit import Intact, verify

    runtime = _or_stop(lambda: build(settings))
    with runtime.store.read() as session:
        result = verify(session, runtime.store.vault)
    if isinstance(result, Intact):
        click.echo(f"日志完整：{result.rows} 条，链头 {result.head}")
        return
    words = {"altered": "被改动", "missing": "缺失", "cut": "末尾被截断", "unknown key": "密钥未知"}
    raise click.ClickException(f"第 {result.seq} 条记录{words[result.what]}。请立即报告，并保留数据库现场。")


@main.command()
@click.option("--platform", is_flag=True, help="同时向企业微信验证凭证（会发一次请求）")
def doctor(platform: bool) -> None:
    """体检：设置、数据库、迁移、Redis、时间、平台凭证；用人话说明怎么修。"""
    settings = _settings()
    from bot.doctor import examine

    ok = True
    for part in _or_stop(lambda: examine(settings, platform=platform)):
        ok = ok and (part.ok or not part.needed)
        mark = "✓" if part.ok else "✗" if part.needed else "!"
        click.echo(f"{mark} {part.name}：{part.said}" + (f"\n    → {part.mend}" if part.mend and not part.ok else ""))
    sys.exit(0 if ok else 1)


if __name__ == "__main__":
    main()
