#!/usr/bin/env python3
"""Writes the manual page of fluxlint from what its commands say in their help, as roff on standard output.

    man_page.py .build/release/fluxlint > fluxlint.1

The program prints its help for other programs with --experimental-dump-help; nothing is said here that is not in it.
"""
import json
import subprocess
import sys


def escaped(text):
    """Text as roff takes it: no escapes, no requests, hyphens that can be copied."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").split("\n")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in lines)


def prose(text):
    """Paragraphs; lines that are indented stay as they are, line for line."""
    result, literal, blank = [], False, False
    for line in text.strip("\n").split("\n"):
        if not line.strip():
            blank = True
            continue
        indented = line.startswith(" ")
        if literal and not indented:
            result += [".fi", ".RE"]
            literal = False
        if blank:
            result.append(".PP" if not literal else "")
        if indented and not literal:
            result += [".RS 2", ".nf"]
            literal = True
        result.append(escaped(line[2:] if indented else line))
        blank = False
    if literal:
        result += [".fi", ".RE"]
    return result


def spelled(argument):
    """An option or an argument as it is typed."""
    value = "\\fI" + escaped(argument["valueName"]) + "\\fR"
    if argument["kind"] == "positional":
        return value
    # The short name first, as manuals have it.
    names = sorted(argument["names"], key=lambda name: name["kind"] != "short")
    dashes = {"short": "-", "long": "--", "longWithSingleDash": "-"}
    text = ", ".join("\\fB" + escaped(dashes[name["kind"]] + name["name"]) + "\\fR" for name in names)
    return text + (" " + value if argument["kind"] == "option" else "")


def shown(arguments):
    return [argument for argument in arguments if argument.get("shouldDisplay", True)]


def options(arguments):
    for argument in shown(arguments):
        text = argument.get("abstract", "")
        values, default = argument.get("allValues"), argument.get("defaultValue")
        if values:
            text += " (values: " + ", ".join(values) + ("; default: " + default if default else "") + ")"
        elif default:
            text += " (default: " + default + ")"
        yield from (".TP", spelled(argument), escaped(text))


def synopsis(words, command):
    # --version and --help are the same for all; they stand once, at the top.
    parts = ["\\fB" + escaped(" ".join(words)) + "\\fR"]
    for argument in own(command):
        text = spelled(argument)
        if argument.get("isRepeating"):
            text += " ..."
        parts.append("[" + text + "]" if argument.get("isOptional") else text)
    return " ".join(parts)


def own(command):
    everywhere = {"version", "help"}
    return [
        argument
        for argument in shown(command.get("arguments", []))
        if not everywhere & {name["name"] for name in argument.get("names", [])}
    ]


def commands(words, command):
    """A part for each command, with its subcommands behind it."""
    for sub in command.get("subcommands", []):
        if sub["commandName"] == "help" or not sub.get("shouldDisplay", True):
            continue
        path = words + [sub["commandName"]]
        yield ".SS " + escaped(" ".join(path))
        yield synopsis(path, sub)
        yield ".PP"
        yield from prose(sub.get("abstract", ""))
        if sub.get("discussion"):
            yield ".PP"
            yield from prose(sub["discussion"])
        yield from options(own(sub))
        yield from commands(path, sub)


def page(program):
    def output(*arguments):
        return subprocess.run([program, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout

    version = output("--version").split("\n")[0]
    root = json.loads(output("--experimental-dump-help"))["command"]
    name = root["commandName"]
    yield f'.TH {name.upper()} 1 "" "{escaped(version)}" "User Commands"'
    yield ".SH NAME"
    yield f"{name} \\- {escaped(root['abstract'].rstrip('.'))}"
    yield ".SH SYNOPSIS"
    yield f"\\fB{name}\\fR [\\fIcommand\\fR] [\\fIoption\\fR ...]"
    yield ".SH DESCRIPTION"
    yield from prose(root["discussion"])
    yield ".SH OPTIONS"
    yield from options(root["arguments"])
    yield ".SH COMMANDS"
    yield from commands([name], root)


def roff(program):
    return "\n".join(page(program)) + "\n"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: man_page.py PROGRAM")
    sys.stdout.write(roff(sys.argv[1]))
