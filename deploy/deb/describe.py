"""Writes what describes chimein to people and editors: `describe.py DIRECTORY`.

chimein.1 and the completion come from the commands themselves, chimein.yaml.5 and the schema from the configuration's
own model, so that none of them can lag behind. Needs chimein and pydantic on the path.
"""

import argparse
import contextlib
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chimein import __version__
from chimein.cli import add_commands, main

SCHEMA = "config.schema.json"
FILES = {
    "/etc/chimein/config.yaml": "the configuration, see chimein.yaml(5)",
    "/etc/chimein/conf.d/*.yaml": "more of it; what comes later wins",
    "/etc/credstore.encrypted/gemini-api-key": "the API key as chimein set-key keeps it",
    "/etc/credstore.encrypted/chimein.NAME": "a token for tools.mcp, kept by chimein set-key --for NAME",
    "/var/lib/chimein": "what survives a reboot: mutes, timers, the list, usage, the way back into the conversation",
    "/run/chimein/control.sock": "where the daemon answers members of the group chimein",
    "/run/chimein/metrics.prom": "its figures for Prometheus",
    "/usr/share/doc/chimein/reference.md.gz": "part by part, and what to do about everyday trouble",
}
COMMON = {
    "--config": "configuration file (default: /etc/chimein/config.yaml, then your own, then the defaults)",
    "--json": "answer in JSON, for programs; every command that reports",
    "--help": "what a command takes",
}
STATUSES = {
    0: "well",
    1: "what was asked for failed",
    2: "wrong usage",
    69: "the daemon is not running",
    77: "not allowed",
    78: "bad configuration",
    130: "ended with Ctrl-C",
}


def commands() -> dict[str, argparse.ArgumentParser]:
    """Every command with its parser. A module that is missing fails the build, not the person who looks it up."""
    return dict(add_commands(argparse.ArgumentParser(prog="chimein")).choices)


def options(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return [action for action in parser._actions if action.option_strings]


def parts(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """`show`, `get` … of `config`; empty for a plain command."""
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(groups[0].choices) if groups else {}


# --- pages


def roff(text: str) -> str:
    """Text that groff takes literally."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    return "\\&" + escaped if escaped.startswith((".", "'")) else escaped


def section(title: str) -> str:
    return f".SH {title}"


def item(term: str, text: str) -> Iterator[str]:
    yield ".TP"
    yield f".B {roff(term)}"
    yield roff(text)


def usage(name: str, parser: argparse.ArgumentParser) -> str:
    """`gate [--json] [--plot FILE] FILE`, in one line."""
    parser.prog = name
    return " ".join(parser.format_usage().removeprefix("usage: ").split()).replace(" [-h]", "")


def command_page(found: dict[str, argparse.ArgumentParser]) -> Iterator[str]:
    yield f'.TH CHIMEIN 1 "" "chimein {__version__}" "User Commands"'
    yield from (section("NAME"), "chimein \\- smart speaker that stays quiet until it is useful")
    yield from (section("SYNOPSIS"), ".B chimein", ".I COMMAND", "[\\fIOPTION\\fR ...]")
    yield from (section("DESCRIPTION"), roff("Listens to a room, keeps one conversation with the Gemini Live API and"))
    yield roff(
        "speaks when the topic is the one it was asked to help with. The service chimein.service runs the daemon;"
    )
    yield roff("the other commands talk to it, to its configuration or to the hardware.")
    yield section("COMMANDS")
    for name, parser in found.items():
        for full, inner in {name: parser, **{f"{name} {part}": it for part, it in parts(parser).items()}}.items():
            yield from item(usage(full, inner), inner.description or full)
            for action in inner._actions:
                term = ", ".join(action.option_strings) or str(action.metavar or action.dest)
                if _plain(action) and term not in COMMON and action.dest != "help":
                    yield from (".RS", *item(term, _plain(action)), ".RE")
    yield section("COMMON OPTIONS")
    for term, text in COMMON.items():
        yield from item(term, text)
    yield section("EXIT STATUS")
    for status, meaning in STATUSES.items():
        yield from item(str(status), meaning)
    yield section("FILES")
    for path, meaning in FILES.items():
        yield from item(path, meaning)
    yield from (section("SEE ALSO"), "chimein.yaml(5), systemctl(1), systemd\\-creds(1)")


def _plain(action: argparse.Action) -> str:
    """The help text with argparse's own placeholders filled in; empty for what is not to be seen."""
    if not action.help or action.help == argparse.SUPPRESS:
        return ""
    return action.help % {"default": action.default, "prog": "chimein"}


def file_page(schema: dict[str, Any]) -> Iterator[str]:
    yield f'.TH CHIMEIN.YAML 5 "" "chimein {__version__}" "File Formats"'
    yield from (section("NAME"), "chimein.yaml \\- configuration of chimein")
    yield from (section("SYNOPSIS"), "/etc/chimein/config.yaml, /etc/chimein/conf.d/*.yaml")
    yield from (section("DESCRIPTION"), roff("YAML. Every key is optional. chimein check names every problem,"))
    yield roff("chimein config show tells what is in force, and systemctl reload chimein takes a changed file.")
    for path, described in keys(schema, schema):
        if "properties" in described:
            yield from (section(path.upper()), roff(described.get("description", "")))
            continue
        default = json.dumps(described["default"], ensure_ascii=False) if "default" in described else ""
        text = (
            f"{described.get('description', '')} Default: {default}." if default else described.get("description", "")
        )
        yield from item(path, text)
    yield from (section("SEE ALSO"), "chimein(1), /usr/share/chimein/config.schema.json")


def keys(node: dict[str, Any], root: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key with its dotted path, sections before what is in them."""
    for name, raw in node.get("properties", {}).items():
        described = {**_resolved(raw, root), **{k: v for k, v in raw.items() if k in ("description", "default")}}
        here = f"{path}.{name}" if path else name
        yield here, described
        yield from keys(described, root, here)


def _resolved(node: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    reference = node.get("$ref")
    found: dict[str, Any] = root["$defs"][reference.rsplit("/", 1)[1]] if reference else node
    return found


# --- completion


def completion(found: dict[str, argparse.ArgumentParser]) -> Iterator[str]:
    yield "# bash completion for chimein(1)"
    yield "_chimein() {"
    yield '    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words=""'
    yield "    case $before in --config | --plot | --script | --scene | --out | --record | --wav)"
    yield '        mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;'
    yield "    esac"
    yield '    if [ "$COMP_CWORD" -eq 1 ]; then'
    yield f'        words="{" ".join([*found, "--help", "--version"])}"'
    yield "    else"
    yield "        case ${COMP_WORDS[1]} in"
    for name, parser in found.items():
        words = [*parts(parser)]
        for each in [parser, *parts(parser).values()]:
            words += [text for option in options(each) for text in option.option_strings if text.startswith("--")]
        yield f'        {name}) words="{" ".join(dict.fromkeys(words))}" ;;'
    yield "        esac"
    yield "    fi"
    yield '    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")'
    yield "}"
    yield "complete -o default -F _chimein chimein"


def json_schema() -> str:
    """What `chimein config schema` prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        status = main(["config", "schema"])
    if status:
        raise SystemExit(status)
    return printed.getvalue()


def write(directory: Path) -> None:
    found, schema = commands(), json_schema()
    texts = {
        "chimein.1": "\n".join(command_page(found)) + "\n",
        "chimein.yaml.5": "\n".join(file_page(json.loads(schema))) + "\n",
        "chimein.bash": "\n".join(completion(found)) + "\n",
        SCHEMA: schema,
    }
    for name, text in texts.items():
        (directory / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
