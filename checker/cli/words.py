"""Words on the command line: mistakes, suggestions for wrong words, completion, and help in plain text.

typer prints groups only with the boxes of `rich`, which is slow to import, and otherwise shows Python types.
"""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer
import typer.core

from checker.source.validation import closest, closest_path, did_you_mean, is_address

# Errors of a command line, in one sentence each and always in the same form.


def told(mistake: Any) -> str:
    """The error that typer found, and where to find help. Its errors are not in its public interface, but their fields
    are.
    """
    if type(mistake).__name__ == "NoArgsIsHelpError":
        return str(mistake.message)
    context = mistake.ctx
    command = "bedrock-eol" if context is None else context.command_path
    return f"Error: {_sentence(mistake)}\n`{command} --help` shows how it is used."


def _sentence(mistake: Any) -> str:
    parameter = getattr(mistake, "param", None)
    hint = getattr(mistake, "param_hint", None) or _hint(parameter)
    if type(mistake).__name__ == "MissingParameter":
        return f"{hint} is missing"
    option = getattr(mistake, "option_name", None)
    if option is not None and hasattr(mistake, "possibilities"):
        known = [flag for each in mistake.ctx.command.params for flag in each.opts if flag.startswith("--")]
        close = closest(option.lstrip("-"), (flag.lstrip("-") for flag in known))
        return f"there is no option {option!r}" + (f"; did you mean '--{close}'?" if close else "")
    if option is not None:
        return f"{option} needs a value"
    message = str(mistake.message).rstrip(".")
    return f"{hint}: {message}" if hint else message


def _hint(parameter: Any) -> str:
    if parameter is None:
        return ""
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper())
    return str(max(parameter.opts, key=len))


# Words on the command line: shell completion, and suggestions for wrong ones.

Words = Iterable[tuple[str, str]]


def choice(flag: str, help_text: str, kind: type[StrEnum], *, what: str, short: str | None = None, **given: Any) -> Any:
    """An option with the values of an enumeration, which returns its members; `what` is the word for a value."""

    def checked(value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return [member(each) for each in value]
        return None if value is None else member(value)

    def member(text: str) -> StrEnum:
        if text not in list(kind):
            raise typer.BadParameter(f"there is no {what} {text!r}{did_you_mean(text, kind)}")
        return kind(text)

    return typer.Option(
        flag,
        *(() if short is None else (short,)),
        help=help_text,
        metavar="|".join(kind),
        callback=checked,
        autocompletion=completed(lambda: ((each.value, "") for each in kind)),
        **{"show_default": False, **given},
    )


def files(value: Any) -> Any:
    """A callback: the files in an option must exist."""
    for path in value if isinstance(value, (list, tuple)) else filter(None, (value,)):
        _require(path, path.exists() and not path.is_dir(), "file")
    return value


def directory(value: Any) -> Any:
    """A callback: the directory in an option must exist."""
    if value is not None:
        _require(value, value.is_dir(), "directory")
    return value


def _require(path: Path, is_there: bool, what: str) -> None:
    if is_address(str(path)):
        raise typer.BadParameter(f"this is an address, and nothing is read from the web; give a {what}")
    if path.exists() and not is_there:
        raise typer.BadParameter(f"{path} is not a {what}")
    if not is_there:
        close = closest_path(str(path))
        raise typer.BadParameter(f"there is no {what} {str(path)!r}" + (f"; did you mean {close!r}?" if close else ""))


def completed(words: Callable[[], Words]) -> Callable[[str], list[tuple[str, str]]]:
    """Completes words, which are made on demand; each has a description, or an empty text."""

    def complete(incomplete: str) -> list[tuple[str, str]]:
        return [(word, meaning) for word, meaning in words() if word.startswith(incomplete)]

    return complete


def policies() -> Words:
    """The packs; the shell completes files."""
    from checker.policy import pack_names

    return ((name, "pack") for name in pack_names())


def regions() -> Words:
    """The codes of AWS's Regions."""
    from checker.model.regions import REGIONS

    return ((region, "") for region in sorted(REGIONS))


def models() -> Words:
    """The ids of the catalog, with the names of the models."""
    from checker.catalog import select_catalog

    return ((model.id, model.name) for model in select_catalog().catalog.models)


def rules() -> Iterator[tuple[str, str]]:
    """The rules of the packs, and the checks."""
    from checker.cli.policy_pages import read_policy
    from checker.policy import pack_names
    from checker.policy.checks import CHECKS

    found = {rule.id: "rule" for name in pack_names() for rule in read_policy((name,)).rules}
    yield from found.items()
    yield from ((name, "check") for name in CHECKS if name not in found)


# Help in plain text: the options in groups, and nothing truncated.

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
            formatter.write_dl([(name, _first_sentence(each)) for name, each in commands if each is not None])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first argument names. Raises typer.BadParameter with a suggestion."""
        name = args[0]
        if name not in self.commands and not name.startswith("-") and not ctx.resilient_parsing:
            raise typer.BadParameter(f"there is no command {name!r}{did_you_mean(name, self.commands)}", ctx=ctx)
        return super().resolve_command(ctx, args)


def _first_sentence(command: Any) -> str:
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
