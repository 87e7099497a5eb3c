"""How the command line speaks: click's own sentences are English, and take Chinese for one endless word."""

from typing import Any

import click
from click.exceptions import BadOptionUsage, BadParameter, MissingParameter, NoArgsIsHelpError, NoSuchOption, UsageError

from config.problems import likely


class Misused(UsageError):
    """A command was typed in a way it does not understand; said in Chinese, with where to read how it is typed."""

    def show(self, file: Any = None) -> None:
        """Tell it on stderr."""
        command = self.ctx.command_path if self.ctx else "tuoling"
        click.echo(f"{self.message}\n用法见 {command} --help", file=file, err=file is None)


class _Chinese(click.Command):
    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence of what the command does: words of Chinese are not parted by spaces, so that click would
        cut all of it off."""
        summary = (self.help or "").strip().partition("\n")[0].partition("。")[0]
        return summary if len(summary) <= limit else summary[: limit - 1] + "…"

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What was typed; wrong options and arguments are told of in Chinese."""
        try:
            return super().parse_args(ctx, args)
        except NoArgsIsHelpError:  # not a mistake: the help is shown
            raise
        except UsageError as error:
            raise Misused(_said(error), error.ctx or ctx) from None


class ChineseCommand(_Chinese):
    """A command."""


class ChineseGroup(_Chinese, click.Group):
    """A command of commands, which are Chinese as well."""

    command_class = ChineseCommand
    group_class = type

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is named."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            near = likely(name, self.list_commands(ctx))
            there = f"是不是 {near}？" if near else f"有 {'、'.join(self.list_commands(ctx))}"
            raise Misused(f"没有 {name} 这个命令，{there}", ctx)
        return super().resolve_command(ctx, args)


def _said(error: UsageError) -> str:
    """What was wrong with an option or an argument; a sentence of our own passes as it is."""
    if isinstance(error, NoSuchOption):
        near = likely(error.option_name, error.possibilities or [])
        return f"没有 {error.option_name} 这个选项" + (f"，是不是 {near}？" if near else "。")
    if isinstance(error, BadOptionUsage):
        return f"{error.option_name} 的写法不对：后面要写值的没有写，或者不写值的却写了。"
    if isinstance(error, BadParameter):
        name = _name_of(error)
        if isinstance(error, MissingParameter):
            return f"缺少 {name}。"
        kind = error.param.type if error.param else None
        if isinstance(kind, click.IntRange):
            return f"{name} 应为整数" + _between(kind) + "。"
        return f"{name} 应为整数。" if isinstance(kind, type(click.INT)) else f"{name} 的写法不对。"
    if "xtra argument" in error.message:
        return "多写了内容。名字里有空格的，两边加引号。"
    return error.message


def _name_of(error: BadParameter) -> str:
    if error.param is None:
        return "参数"
    option = max(error.param.opts, key=len)
    return option if option.startswith("-") else error.param.make_metavar(error.ctx or click.Context(click.Command("")))


def _between(kind: click.IntRange) -> str:
    if kind.max is None:
        return f"，至少是 {kind.min}"
    return f"，从 {kind.min} 到 {kind.max}"
