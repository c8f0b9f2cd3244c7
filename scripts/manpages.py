#!/usr/bin/env python3
"""Man pages from what a program says of itself: `PROGRAM --experimental-dump-help | manpages.py VERSION TIME FOLDER`.

One page for the program and one for each of its commands, as PROGRAM-COMMAND(1)."""

import json
import sys
import time


def escaped(text):
    """Text as roff takes it for nothing else."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in text.split("\n"))


def shown(argument):
    return argument.get("shouldDisplay", True)


def name(item):
    return ("\\-" if item["kind"] == "short" else "\\-\\-") + escaped(item["name"])


def usage(argument):
    """An argument in the synopsis."""
    value = f"\\fI{escaped(argument.get('valueName', 'value'))}\\fR"
    if argument["kind"] == "positional":
        text = value
    else:
        text = f"\\fB{name(argument['preferredName'])}\\fR" + (f" {value}" if argument["kind"] == "option" else "")
    text += " ..." if argument.get("isRepeating") else ""
    return f"[{text}]" if argument.get("isOptional") else text


def page(command, path, version, when):
    title = "-".join(path)
    arguments = [argument for argument in command.get("arguments", []) if shown(argument)]
    commands = [sub for sub in command.get("subcommands", []) if shown(sub) and sub["commandName"] != "help"]
    lines = [f'.TH "{title.upper()}" 1 "{time.strftime("%Y-%m-%d", time.gmtime(when))}" "grokmap {version}" "User Commands"',
             ".SH NAME", f"{escaped(title)} \\- {escaped(command.get('abstract', '').rstrip('.'))}", ".SH SYNOPSIS",
             f"\\fB{escaped(' '.join(path))}\\fR " + " ".join(usage(argument) for argument in arguments)]
    if commands:
        lines += [".br", f"\\fB{escaped(' '.join(path))}\\fR \\fIcommand\\fR ..."]
    if command.get("discussion"):
        lines += [".SH DESCRIPTION"]
        for paragraph in command["discussion"].split("\n\n"):
            lines += [".PP", escaped(paragraph)]
    if arguments:
        lines += [".SH OPTIONS"]
        for argument in arguments:
            value = f" \\fI{escaped(argument.get('valueName', 'value'))}\\fR"
            if argument["kind"] == "positional":
                tag = value.strip()
            else:
                names = ", ".join(f"\\fB{name(item)}\\fR" for item in argument["names"])
                tag = names + (value if argument["kind"] == "option" else "")
            text = " ".join(argument.get(key, "") for key in ("abstract", "discussion")).strip()
            if argument.get("allValues"):
                text += f" One of: {', '.join(argument['allValues'])}."
            if argument.get("defaultValue"):
                text += f" Default: {argument['defaultValue']}."
            lines += [".TP", tag, escaped(text.strip()) or "\\&"]
    if commands:
        lines += [".SH COMMANDS"]
        for sub in commands:
            lines += [".TP", f"\\fB{escaped('-'.join([*path, sub['commandName']]))}\\fR(1)",
                      escaped(sub.get("abstract", "")) or "\\&"]
    if len(path) == 1:
        lines += [".SH FILES", ".TP", "/usr/share/grokmap/sweeps", "Sweep files to begin with.", ".TP",
                  "/usr/share/grokmap/cluster", "What clusters need: Slurm, ssh, systemd, Kubernetes."]
    else:
        lines += [".SH SEE ALSO", f"\\fB{escaped('-'.join(path[:-1]))}\\fR(1)"]
    return "\n".join(lines) + "\n"


def write(command, path, version, when, folder):
    with open(f"{folder}/{'-'.join(path)}.1", "w", encoding="utf-8") as file:
        file.write(page(command, path, version, when))
    for sub in command.get("subcommands", []):
        if shown(sub) and sub["commandName"] != "help":
            write(sub, [*path, sub["commandName"]], version, when, folder)


version, when, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
root = json.load(sys.stdin)["command"]
write(root, [root["commandName"]], version, when, folder)
