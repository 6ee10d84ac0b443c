"""Help and usage errors of the command-line library in Swedish.

The library speaks English and only some of its words can be translated from outside, so the help
text's few fixed words are replaced, and a usage error is said anew from what it is about.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

import typer
from typer.core import TyperCommand, TyperGroup

WORDS = (
    (r"(?m)^Usage:", "Användning:"),
    (r"(?m)^Options:", "Flaggor:"),
    (r"(?m)^Arguments:", "Argument:"),
    (r"(?m)^Commands:", "Kommandon:"),
    (r"\[OPTIONS\]", "[FLAGGOR]"),
    (r"COMMAND \[ARGS\]\.\.\.", "KOMMANDO …"),
    (r"\[required\]", "[krävs]"),
    (r"\[default: ", "[annars: "),
    (r"Show this message and exit\.", "Visa den här hjälpen."),
    (r" <(str|path|int)>", lambda m: " " * len(m.group(0))),
    (r"(?m)\{([A-ZÅÄÖ]+)\}", r"\1"),
)


def swedish(text: str) -> str:
    """The library's help text with its fixed words in Swedish."""
    for pattern, word in WORDS:
        text = re.sub(pattern, word, text)
    return text


class SwedishCommand(TyperCommand):
    """A command whose help is in Swedish."""

    def get_help(self, ctx: Any) -> str:
        """The help text."""
        return swedish(super().get_help(ctx))


class SwedishGroup(TyperGroup):
    """A group whose help is in Swedish."""

    def get_help(self, ctx: Any) -> str:
        """The help text."""
        return swedish(super().get_help(ctx))


class Program(typer.Typer):
    """A Typer program that speaks Swedish."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            cls=SwedishGroup,
            no_args_is_help=True,
            add_completion=False,
            pretty_exceptions_enable=False,
            rich_markup_mode=None,
            context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
            **options,
        )

    def command(self, name: str | None = None, **options: Any) -> Callable[[Any], Any]:
        """Add a command."""
        return super().command(name, cls=SwedishCommand, **options)


UsageError: type[Exception] = cast("type[Exception]", typer.BadParameter.__mro__[1])
"""The library's base class of all wrong usage."""


def usage_error(error: Any) -> str:
    """Wrong usage in one or two lines: what is wrong, and where help is."""
    path = error.ctx.command_path if error.ctx else "icengine"
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        return str(error.ctx.get_help())
    if kind == "MissingParameter":
        said = f"{_named(error)} saknas."
    elif kind == "NoSuchOption":
        close = ", ".join(error.possibilities or ())
        said = f"Flaggan {error.option_name} finns inte." + (
            f" Menade du {close}?" if close else ""
        )
    elif "No such command" in error.message:
        said = f"Kommandot {_quoted(error.message)} finns inte."
    elif "unexpected extra argument" in error.message:
        said = f"För många argument: {error.message.rpartition('(')[2].rstrip(').')}."
    elif "requires an argument" in error.message:
        said = f"Flaggan {_quoted(error.message)} behöver ett värde."
    elif kind == "BadParameter" and not re.match(r"Input should|Value error", error.message):
        said = f"{_named(error)}: {error.message}"
    else:
        said = f"{_named(error)} har ett värde som inte går att använda."
    return f"{said}\nHjälp: {path} --help"


def _named(error: Any) -> str:
    hint = getattr(error, "param_hint", None)
    if isinstance(hint, str) and hint:
        return hint
    param = getattr(error, "param", None)
    if param is None:
        return "Ett argument"
    if param.param_type_name == "option":
        return f"Flaggan {param.opts[0]}"
    return f"Argumentet {getattr(param, 'metavar', None) or param.name}"


def _quoted(message: str) -> str:
    found = re.search(r"'([^']*)'", message)
    return found.group(1) if found else ""
