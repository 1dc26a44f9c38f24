"""Errors of a command line, in one sentence each and always in the same form."""

from typing import Any

from checker.source.suggest import closest


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
