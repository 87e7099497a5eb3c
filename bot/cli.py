"""The `tuoling` command: a table of what there is. The work is in `commands`, `serve`, `doctor` and `sandbox/demo`,
imported when it is needed: `tuoling --help` answers at once, and metrics must be prepared before counters exist."""

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import structlog

from bot.explain import explain
from bot.usage import ChineseGroup, Misused
from config.logging import configure_logging
from config.settings import Settings, SettingsError, load_settings


class _Explaining(ChineseGroup):
    """Errors that an administrator can mend end in a sentence and an exit code, not in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            explained = explain(error)
            if explained is None:
                raise
            click.echo(explained[0], err=True)
            sys.exit(explained[1])


@click.group("tuoling", cls=_Explaining, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """驼铃：企业微信 / 钉钉里的助贷 CRM。"""


def _settings() -> Settings:
    """For a short command: it logs nothing but what goes wrong, and its terminal is told what is ignored."""
    settings = load_settings()
    configure_logging("warning")
    for warning in settings.warnings:
        click.echo(f"提醒：{warning}", err=True)
    return settings


def _config_dir() -> Path:
    """The company's folder, for a command that reads nothing else: whatever is wrong with the other settings."""
    try:
        return _settings().config_dir
    except SettingsError as error:
        if error.config_dir is None:
            raise
        return error.config_dir


def _process_settings() -> Settings:
    """For what runs long: what is ignored stands in its log, and its metrics are shared with the other processes."""
    from bot.metricfiles import share_metrics

    settings = load_settings()
    configure_logging(settings.log_level)
    for warning in settings.warnings:
        structlog.get_logger("config.settings").warning("a setting is ignored", what=str(warning))
    share_metrics(settings)
    return settings


def _echo_each(lines: Iterator[str]) -> None:
    """Each line before what comes after it is done."""
    for line in lines:
        click.echo(line)


@main.command()
@click.option("--host", help="监听地址（TUOLING_HOST）")
@click.option("--port", type=click.IntRange(1, 65535), help="端口（TUOLING_PORT）")
def serve(host: str | None, port: int | None) -> None:
    """网页服务：接收企业微信 / 钉钉的回调。"""
    settings = _process_settings()
    from bot.processes import web

    web(settings, host=host or settings.host, port=port or settings.port)


@main.command()
def worker() -> None:
    """后台进程：响铃后立即发送消息和卡片。"""
    settings = _process_settings()
    from bot import processes

    processes.worker(settings)


@main.command()
def scheduler() -> None:
    """后台进程：补完中断的操作，发送到期消息，清理旧数据。"""
    settings = _process_settings()
    from bot import processes

    processes.scheduler(settings)


@main.command(context_settings={"ignore_unknown_options": True})
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="端口")
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def demo(port: int, command: tuple[str, ...]) -> None:
    """演示：一家虚构公司、虚构数据，在浏览器里试用。后面写上别的命令，就对演示的数据运行它，如 demo config try。"""
    from bot.sandbox.demo import run, run_command

    if command:
        run_command(command)
    run(port)


@main.command()
@click.option(
    "--platform", is_flag=True, help="同时向企业微信、钉钉核对时间、凭证、可信 IP、回调、机器人和可见范围（不发消息）"
)
def doctor(platform: bool) -> None:
    """体检：设置、时间、密钥、数据库、Redis、消息、公司配置、平台；用人话说明怎么修。"""
    configure_logging("error")
    from bot.doctor import examine, shown

    ok = True
    for part in examine(platform=platform):
        ok = ok and (part.ok or not part.needed)
        click.echo(shown(part))
    sys.exit(0 if ok else 1)


@main.group()
def db() -> None:
    """数据库。"""


@db.command("upgrade")
def db_upgrade() -> None:
    """把数据库升级到本版本。"""
    from bot.commands import upgrade_database

    click.echo(upgrade_database(_settings()))


@db.command("draft")
@click.argument("name")
def db_draft(name: str) -> None:
    """（开发用）按数据表定义与数据库的差别，写出下一个迁移文件。"""
    from bot.commands import draft_migration

    click.echo(draft_migration(_settings(), name))


@main.group()
def config() -> None:
    """公司配置（YAML）。"""


@config.command("check")
def config_check() -> None:
    """检查设置和公司配置，指出文件、行和可能想写的词。"""
    from bot.commands_config import check_config

    _echo_each(check_config(lambda: _settings()))


@config.command("apply")
@click.option("--yes", is_flag=True, help="有线索会因此收回，也应用，不再问")
def config_apply(yes: bool) -> None:
    """检查配置文件夹并让它生效：正在运行的进程 1 秒内改用，不用重启。

    改了回收规则，有线索会因此马上或很快收回的，先说出有几条，问过才应用。
    """
    from bot.commands_config import apply_config

    agree = (lambda: click.confirm("照此应用吗？")) if sys.stdin.isatty() else None
    _echo_each(apply_config(_settings(), yes=yes, agree=agree))


@config.command("diff")
def config_diff() -> None:
    """文件夹里的配置与正在生效的相比，改了哪些行，会收回多少条线索。"""
    from bot.commands_config import diff_config

    _echo_each(diff_config(_settings()))


@config.command("try")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 3660), help="最近多少天提交的进件")
def config_try(days: int) -> None:
    """改了以后会怎样：哪些线索会收回，最近的进件会不会走另一条路；什么也不改。"""
    from bot.commands_config import try_config

    _echo_each(try_config(_settings(), days))


@config.command("list")
def config_list() -> None:
    """应用过的版本：何时、由谁。"""
    from bot.commands_config import list_config

    click.echo(list_config(_settings()))


@main.group()
def flow() -> None:
    """流程。"""


@flow.command("show")
@click.argument("name", metavar="流程")
@click.option(
    "--output", metavar="文件", type=click.Path(path_type=Path), help="画到这个 .svg 或 .png（不写就是 流程.svg）"
)
def flow_show(name: str, output: Path | None) -> None:
    """把流程画成图：节点、条件、谁来办、时限；读的是配置文件夹，应用之前就能看。"""
    from bot.commands_flow import show_flow

    _echo_each(show_flow(_config_dir(), name, output))


@main.group()
def automation() -> None:
    """自动化。"""


@automation.command("log")
@click.argument("rule", metavar="规则", required=False, default="")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="最多显示几条")
def automation_log(rule: str, limit: int) -> None:
    """规则做过什么、没做成为什么，最近的在前。"""
    from bot.commands_automation import show_log

    _echo_each(show_log(_settings(), rule, limit))


@automation.command("try")
@click.argument("rule", metavar="规则")
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="看最近几天有变动的")
def automation_try(rule: str, days: int) -> None:
    """试一条规则（配置文件夹里的，应用之前就能试）：现在符合的有哪些、会做什么；什么也不改。"""
    from bot.commands_automation import try_rule

    _echo_each(try_rule(_settings(), rule, days))


@main.group()
def schedule() -> None:
    """定时任务。"""


@schedule.command("list")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="最多显示几次")
def schedule_list(limit: int) -> None:
    """每件事下次什么时候做；上次怎样：排发几份，晚了多久，跳过的为什么。"""
    from bot.commands_schedule import list_schedule

    _echo_each(list_schedule(_settings(), limit))


@schedule.command("run")
@click.argument("job", metavar="任务")
@click.option("--to", metavar="账号", default="", help="只发一份给这个人试看，不算今天的")
@click.option("--dry", is_flag=True, help="只看会发给谁，什么也不发")
def schedule_run(job: str, to: str, dry: bool) -> None:
    """现在就做今天的这件事（早报），由 scheduler 发出；跳过了的可以补，做过的不会再做一遍。"""
    if to and dry:
        raise Misused("--to 和 --dry 只写一个。")
    from bot.commands_schedule import run_job

    _echo_each(run_job(_settings(), job, to=to, dry=dry))


@main.group()
def exports() -> None:
    """导出的记录。"""


@exports.command("list")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="最多显示几次")
def exports_list(limit: int) -> None:
    """谁导出了什么、多少行、谁同意的、文件的校验值；新的在前。"""
    from bot.commands_exports import list_exports

    _echo_each(list_exports(_settings(), limit))


@main.group()
def risk() -> None:
    """风控。"""


@risk.command("replay")
@click.argument("number", metavar="进件")
def risk_replay(number: str) -> None:
    """按记录重放一笔进件（A203）的每一次预审：用当时的规则和内容再算一遍，结果应一样。"""
    from bot.commands_risk import replay

    _echo_each(replay(_settings(), number))


@risk.command("try")
@click.argument("file", metavar="新文件", required=False, type=click.Path(path_type=Path))
@click.option("--as", "stands_for", metavar="文件名", help="代替生效的哪一个，如 house.yaml；不写就是同名的")
@click.option("--since", default="90d", show_default=True, help="多久以来提交的进件：90d、3个月，或从哪天起 2026-09-01")
@click.option("--picture", metavar="文件", type=click.Path(path_type=Path), help="画到这个 .png")
def risk_try(file: Path | None, stands_for: str | None, since: str, picture: Path | None) -> None:
    """试算改过的规则：以前的进件谁的预审建议会变、拒绝率、按规则、按渠道；什么也不改。

    新文件代替生效的 risk 里同名的一个；不写新文件，试配置文件夹现在的样子。
    """
    from bot.commands_trying import try_rules

    _echo_each(try_rules(_settings(), file, stands_for, since, picture))


@risk.command("compare")
@click.option("--since", default="30d", show_default=True, help="多久以来的预审：30d、3个月，或从哪天起 2026-09-01")
@click.option("--picture", metavar="文件", type=click.Path(path_type=Path), help="画到这个 .png")
def risk_compare(since: str, picture: Path | None) -> None:
    """现行规则与挑战者（risk 里写了 challenger 的文件）对比：两套对同一批进件各说了什么。"""
    from bot.commands_trying import compare_challenger

    _echo_each(compare_challenger(_settings(), since, picture))


@risk.group()
def blacklist() -> None:
    """黑名单：预审建议拒绝这些号码的进件（申请人、配偶、企业都看）。"""


@blacklist.command("add")
@click.argument("numbers", metavar="号码", nargs=-1)
@click.option("--file", type=click.Path(path_type=Path), help="一行一个号码的文件")
@click.option("--reason", required=True, help="原因")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="到哪天为止（含），不写就一直在")
def blacklist_add(numbers: tuple[str, ...], file: Path | None, reason: str, until: datetime | None) -> None:
    """加入手机号、身份证号、统一社会信用代码；有一个写错就一个也不加。"""
    from bot.commands_risk import blacklist_add as add

    _echo_each(add(_settings(), numbers, file, reason, until.date() if until is not None else None))


@blacklist.command("remove")
@click.argument("numbers", metavar="号码", nargs=-1, required=True)
def blacklist_remove(numbers: tuple[str, ...]) -> None:
    """移出黑名单；加入和移出都记入操作日志。"""
    from bot.commands_risk import blacklist_remove as remove

    _echo_each(remove(_settings(), numbers))


@blacklist.command("list")
def blacklist_list() -> None:
    """现在在黑名单上的（号码打码）。"""
    from bot.commands_risk import blacklist_list as listed

    _echo_each(listed(_settings()))


@main.group()
def commission() -> None:
    """佣金：试算新方案"""


@commission.command("try")
@click.argument("file", metavar="新文件", type=click.Path(path_type=Path))
@click.option("--month", metavar="年月", default="", help="哪个月的放款，如 2026-10；不写就是上个月")
def commission_try(file: Path, month: str) -> None:
    """试算一个方案：那个月每人现在拿多少、按新方案拿多少，一共差多少；什么也不改。

    新文件代替生效的 commission 里同名的一个，没有同名的就是加上它。
    """
    from bot.commands_commission import try_plan

    _echo_each(try_plan(_settings(), file, month))


@main.group()
def people() -> None:
    """人员。"""


@people.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--leavers", is_flag=True, help="文件里没有的人，列出来并标为离职")
@click.option("--confirm", metavar="人数", type=click.IntRange(min=1), help="与 --leavers 一起用：确认有这么多人离职")
def people_import(file: Path, leavers: bool, confirm: int | None) -> None:
    """导入人员表（CSV）：加人、改岗位、换部门；有一处错就什么也不改。

    表头 name,department,role,wecom_userid,dingtalk_userid,superior,rank,phone，前三列必有。

    没有的列，不动原来的值；有这一列而格子空着，就是清空。
    """
    if confirm is not None and not leavers:
        raise Misused("--confirm 只与 --leavers 一起用。")
    from bot.commands_people import Leavers, import_people_file

    _echo_each(import_people_file(_settings(), file, Leavers(confirm) if leavers else None))


@people.command("leave")
@click.argument("userid")
def people_leave(userid: str) -> None:
    """把一个人标为离职（写企业微信账号，没有的写钉钉账号）；再次导入含有他的人员表，就重新在职。"""
    from bot.commands_people import mark_leaver

    click.echo(mark_leaver(_settings(), userid))


@people.command("sync")
@click.option("--apply", is_flag=True, help="照差别修改，不再问")
@click.option("--force", is_flag=True, help="要离职的人超过三分之一，也照做（先看清楚是谁）")
@click.option("--same", metavar="原账号=新账号", multiple=True, help="同一个人换了账号；可以写多次")
@click.option("--pair", metavar="已有账号=那边的账号", multiple=True, help="两个平台上是同一个人；可以写多次")
@click.option("--new", metavar="账号", multiple=True, help="与在职的人同名，但是另一个人；可以写多次")
@click.option("--on", type=click.Choice(["wecom", "dingtalk"]), help="只看这一个平台（不写就是配置了的都看）")
def people_sync(
    apply: bool, force: bool, same: tuple[str, ...], pair: tuple[str, ...], new: tuple[str, ...], on: str | None
) -> None:
    """按企业微信、钉钉的通讯录更新部门和人员：先列出差别，问过才改；岗位和职级不动。

    通讯录没有读完整，就什么也不改；只有账号确实已删除的人才标为离职，另一个平台上还有账号的不算。

    两个平台上的人按手机号对上（人员表和钉钉都有时），不按姓名：同名的列出来，由您来定。
    """
    from bot.commands_sync import Wanted, new_people, paired_people, same_people, sync_people

    agree = (lambda: click.confirm("照此修改吗？")) if sys.stdin.isatty() else None
    said = {"same": same_people(same), "pairs": paired_people(pair)}
    wanted = Wanted(apply=apply, force=force, new=new_people(new), on=on or "", agree=agree, **said)
    _echo_each(sync_people(_settings(), wanted))


@people.command("hand-over")
@click.argument("who", metavar="账号或姓名")
@click.option("--to", metavar="账号或姓名", help="交给这位同事")
@click.option("--pool", is_flag=True, help="放回公海")
@click.option("--rule", is_flag=True, help="按自动分配的规则")
@click.option("--yes", is_flag=True, help="确认：停用他的账号，开始交接；不写就只看清单")
def people_hand_over(who: str, to: str | None, pool: bool, rule: bool, yes: bool) -> None:
    """离职交接：一个人名下的客户、约好的联系一次交出去；先看清单，24 小时内可以撤销。"""
    if [to is not None, pool, rule].count(True) != 1:
        raise Misused("请写交给谁：--to 账号、--pool 或 --rule，写一个。")
    from bot.commands_handover import Where, hand_over
    from core.handover.models import Aim

    where = Where(Aim.PERSON, to) if to is not None else Where(Aim.POOL if pool else Aim.RULE)
    _echo_each(hand_over(_settings(), who, where, yes=yes))


@people.command("take-back")
@click.argument("number", metavar="编号", type=click.IntRange(min=1))
@click.option("--restore", is_flag=True, help="这个人同时恢复在职")
def people_take_back(number: int, restore: bool) -> None:
    """撤销离职交接（编号不带 H）：没有再转手的退回去。"""
    from bot.commands_handover import take_back

    _echo_each(take_back(_settings(), number, restore=restore))


@main.group()
def dingtalk() -> None:
    """钉钉。"""


@dingtalk.command("register")
@click.argument("address", metavar="https://域名")
def dingtalk_register(address: str) -> None:
    """HTTP 模式：告诉钉钉卡片上的点击发到哪里（只写域名）；换了域名或 DINGTALK_CARD_SECRET，再运行一次。"""
    from bot.commands_dingtalk import register_address

    click.echo(register_address(_settings(), address))


@main.group()
def leads() -> None:
    """线索。"""


@leads.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--channel", metavar="渠道", help="没有写渠道的行，记为这个渠道（不写就是 文件导入）")
@click.option("--dry-run", is_flag=True, help="只检查，不写入；结果文件里说出每一行会怎样")
def leads_import(file: Path, channel: str | None, dry_run: bool) -> None:
    """导入线索（CSV 或 XLSX）：错的行跳过，说出第几行哪一列、为什么；其余的进公海。

    表头 name,phone,id_number,channel,region,product,amount,note，或者
    姓名 手机号 身份证号 渠道 地区 产品 金额 备注，顺序随意，前两列必有。

    每一行的结果写在旁边的「文件名.结果.csv」，有没导入的行，返回码是 1。
    中断了再运行一次即可，不会重复。
    """
    from bot.commands_leads import import_leads_file
    from bot.runtime import keep_loaded

    keep_loaded()
    whole = False

    def told() -> Iterator[str]:
        nonlocal whole
        whole = yield from import_leads_file(_settings(), file, channel, dry_run=dry_run)

    _echo_each(told())
    if not whole:
        sys.exit(1)


@main.group()
def keys() -> None:
    """主密钥。"""


@keys.command("reseal")
@click.option("--dry-run", is_flag=True, help="只数一数还有多少，不改")
def keys_reseal(dry_run: bool) -> None:
    """换过主密钥之后，把旧密钥加密的数据用新密钥重新加密；可以边用边跑，中断了再跑即可。"""
    from bot.commands import reseal

    _echo_each(reseal(_settings(), dry_run=dry_run))


@main.group()
def audit() -> None:
    """操作日志。"""


@audit.command("verify")
def audit_verify() -> None:
    """校验操作日志的哈希链；指出第一条不符的记录。"""
    from bot.commands_audit import verify_audit

    click.echo(verify_audit(_settings()))


@audit.command("head")
def audit_head() -> None:
    """操作日志的链头。每天抄到别处：日志被截断时，只有它能证明。"""
    from bot.commands_audit import audit_head

    click.echo(audit_head(_settings()))


@audit.command("export")
@click.argument("number", metavar="进件")
@click.option(
    "--to", "folder", metavar="文件夹", type=click.Path(path_type=Path), default=Path(), help="写到哪里，不写就是这里"
)
@click.option("--full", is_flag=True, help="姓名和号码不打码，要写 --reason，记入操作日志")
@click.option("--reason", metavar="原因", default="", help="为什么导出，如 监管检查")
@click.option("--force", is_flag=True, help="已经有的文件，覆盖")
def audit_export(number: str, folder: Path, full: bool, reason: str, force: bool) -> None:
    """导出一笔进件（A203）的全部档案，供检查：谁在何时按哪一版做了什么，日志是否完整。

    写成 A203.json 和 A203.html，默认打码。只有本账号能读，要么写全、要么不写；每次导出都记入操作日志。
    """
    from bot.commands_audit import Wanted, export_application

    _echo_each(export_application(_settings(), number, Wanted(folder, full, reason, force)))


@main.group()
def groups() -> None:
    """群聊：看板发到哪些群。"""


@groups.command("list")
def groups_list() -> None:
    """列出 groups.yaml 里的群：发哪些看板，建了没有，收不收得到。"""
    from bot.commands_groups import list_groups

    _echo_each(list_groups(_settings()))


@groups.command("create")
@click.argument("key", metavar="群", required=False)
def groups_create(key: str | None) -> None:
    """建应用群聊；已经建了的，照 groups.yaml 更新群名和成员。不写哪个群，就是全部。"""
    from bot.commands_groups import create_groups

    _echo_each(create_groups(_settings(), key))


@groups.command("test")
@click.argument("key", metavar="群")
def groups_test(key: str) -> None:
    """往一个群里发一条测试消息。"""
    from bot.commands_groups import test_group

    click.echo(test_group(_settings(), key))


@main.group()
def outbox() -> None:
    """待发消息。"""


@outbox.command("list")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="最多显示几条")
def outbox_list(limit: int) -> None:
    """列出没有发出的和晚了的消息：收件人和原因，没有内容。"""
    from bot.commands import list_outbox

    click.echo(list_outbox(_settings(), limit))


@outbox.command("retry")
@click.argument("row_id", metavar="ID", type=int, required=False)
@click.option("--all", "every", is_flag=True, help="重发所有失败的消息")
def outbox_retry(row_id: int | None, every: bool) -> None:
    """重发一条（或 --all 全部失败的）消息；按现在的状态重新生成内容。"""
    if (row_id is None) != every:
        raise Misused("请给出一个编号，或者 --all（编号见 tuoling outbox list）。")
    from bot.commands import retry_outbox

    click.echo(retry_outbox(_settings(), row_id))


if __name__ == "__main__":
    main()
