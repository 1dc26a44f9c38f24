"""Help in plain text: the options in groups, and nothing truncated.

typer prints groups only with the boxes of `rich`, which is slow to import, and otherwise shows Python types.
"""

from collections.abc import Iterator
from typing import Any

import typer.core

# The groups in this order; options without one come first.
READ = "What to read"
JUDGE = "What to judge by"
COUNT = "What counts"
EDIT = "What to edit"
ACCOUNT = "What to ask an AWS account"
OUTPUT = "Output"
RUNNING = "Running"
_GROUPS = (READ, JUDGE, COUNT, EDIT, ACCOUNT, OUTPUT, RUNNING)
_OTHERS = "Options"
_WIDEST_FLAG = 28

Row = tuple[str, str]


# Where a context keeps the names of the parameters that were given, in that order.
ORDER = "bedrock-eol.order"


class Command(typer.core.TyperCommand):
    """A command whose help has its options in groups, and which knows in which order they were given."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parses the arguments; the context keeps their order."""
        _, _, parameters = self.make_parser(ctx).parse_args(list(args))
        ctx.meta[ORDER] = tuple(parameter.name for parameter in parameters)
        return super().parse_args(ctx, args)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Writes arguments and options."""
        _write_options(self, ctx, formatter)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """`[OPTIONS]`, and each argument by its name, in brackets if it is optional."""
        del ctx
        return ["[OPTIONS]", *map(_usage, _arguments(self))]


class Group(typer.core.TyperGroup):
    """A command with subcommands, each listed with a whole sentence."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Writes the options, then the commands."""
        _write_options(self, ctx, formatter)
        commands = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        with formatter.section("Commands"):
            formatter.write_dl([(name, _sentence(each)) for name, each in commands if each is not None])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first argument names. Raises typer.BadParameter with a suggestion."""
        name = args[0]
        if name not in self.commands and not name.startswith("-") and not ctx.resilient_parsing:
            from checker.source.suggest import did_you_mean  # needed only for the error

            raise typer.BadParameter(f"there is no command {name!r}{did_you_mean(name, self.commands)}", ctx=ctx)
        return super().resolve_command(ctx, args)


def _sentence(command: Any) -> str:
    return str(command.short_help or (command.help or "").strip().partition("\n\n")[0].replace("\n", " "))


def _arguments(command: Any) -> list[Any]:
    return [each for each in command.params if each.param_type_name == "argument"]


def _usage(argument: Any) -> str:
    name = _name(argument)
    shown = name if argument.required else f"[{name}]"
    return f"{shown}..." if argument.nargs == -1 else shown


def _name(argument: Any) -> str:
    return str(argument.metavar or argument.name.upper())


def _write_options(command: Any, ctx: Any, formatter: Any) -> None:
    groups: dict[str, list[Row]] = {group: [] for group in (_OTHERS, *_GROUPS)}
    for each in command.get_params(ctx):
        if not getattr(each, "hidden", False):
            default = RUNNING if groups[OUTPUT] else _OTHERS
            groups[getattr(each, "rich_help_panel", None) or default].append(_row(each))
    for group, rows in groups.items():
        if rows:
            with formatter.section(group):
                formatter.write_dl(rows, col_max=_WIDEST_FLAG)


def _row(parameter: Any) -> Row:
    if parameter.param_type_name == "argument":
        return _name(parameter), parameter.help or ""
    # The short flag first, as everywhere.
    flags = ", ".join(sorted(parameter.opts, key=len))
    takes = "" if parameter.is_flag else f" {parameter.metavar or 'TEXT'}"
    return f"{flags}{takes}", " ".join(_described(parameter))


def _described(option: Any) -> Iterator[str]:
    yield option.help or ""
    if option.default:
        yield f" [default: {option.default}]"
