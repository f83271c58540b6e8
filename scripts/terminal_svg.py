#!/usr/bin/env python3
"""Draws what a command prints, colours and all, as a terminal window in SVG.

    terminal_svg.py --command 'fluxlint check' -- fluxlint check --color always . > docs/fluxlint.svg

The text is real text in the picture: it can be selected, searched and read out. The same output gives the same bytes.
"""
import argparse
import re
import subprocess
import sys
from html import escape

CHARACTER, LINE, MARGIN, BAR = 8.4, 19, 18, 34  # pixels
FOREGROUND, BACKGROUND, FRAME = "#d6deeb", "#0f1724", "#263348"
COLORS = ["#5c6773", "#ff6b6b", "#7bd88f", "#ffd166", "#6cb6ff", "#d59bf6", "#5ad4e6", "#d6deeb"]
SGR = re.compile(r"\x1b\[([0-9;]*)m")


def spans(line, style):
    """Cuts a line into (text, style); the style is carried on to the next line."""
    pieces, start = [], 0
    for match in SGR.finditer(line):
        if match.start() > start:
            pieces.append((line[start : match.start()], dict(style)))
        start = match.end()
        for code in (int(c or 0) for c in match.group(1).split(";")):
            if code == 0:
                style.clear()
            elif code == 1:
                style["font-weight"] = "bold"
            elif code == 2:
                style["fill-opacity"] = "0.65"
            elif code == 4:
                style["text-decoration"] = "underline"
            elif 30 <= code <= 37 or 90 <= code <= 97:
                style["fill"] = COLORS[code % 10]
            elif code == 39:
                style.pop("fill", None)
            elif code == 22:
                style.pop("font-weight", None)
                style.pop("fill-opacity", None)
    if start < len(line):
        pieces.append((line[start:], dict(style)))
    return pieces


def draw(lines):
    plain = [SGR.sub("", line) for line in lines]
    width = round(max(map(len, plain)) * CHARACTER + 2 * MARGIN)
    height = BAR + len(lines) * LINE + MARGIN
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="{escape(plain[0])}">'
    )
    yield f'<rect width="{width}" height="{height}" rx="9" fill="{BACKGROUND}" stroke="{FRAME}"/>'
    for index, color in enumerate(("#ff5f57", "#febc2e", "#28c840")):
        yield f'<circle cx="{MARGIN + 3 + index * 18}" cy="17" r="5.5" fill="{color}"/>'
    yield (
        f'<g fill="{FOREGROUND}" font-size="14" '
        'font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,\'DejaVu Sans Mono\',monospace">'
    )
    style = {}
    for index, line in enumerate(lines):
        row, column = "", 0
        for text, attributes in spans(line, style):
            if text.strip():
                # Each span has its own x: a font with other widths must not move the carets.
                lead = len(text) - len(text.lstrip())
                body = text.strip()
                named = "".join(f' {key}="{value}"' for key, value in attributes.items())
                row += (
                    f'<tspan x="{MARGIN + (column + lead) * CHARACTER:.1f}" '
                    f'textLength="{len(body) * CHARACTER:.1f}"{named}>{escape(body)}</tspan>'
                )
            column += len(text)
        if row:
            yield f'<text y="{BAR + (index + 0.8) * LINE:.1f}" xml:space="preserve">{row}</text>'
    yield "</g></svg>"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--command", help="what to show as typed; default: the command itself")
    parser.add_argument("--lines", type=int, help="show only so many lines from the start, and some from the end")
    parser.add_argument("--end", type=int, default=1, help="so many from the end")
    parser.add_argument("words", nargs="+", metavar="COMMAND")
    arguments = parser.parse_args()
    result = subprocess.run(arguments.words, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    if result.returncode not in (0, 1):
        sys.exit(f"terminal_svg.py: status {result.returncode} from {' '.join(arguments.words)}")
    output = result.stdout.rstrip("\n").split("\n")
    if arguments.lines and len(output) > arguments.lines + arguments.end:
        output[arguments.lines : -arguments.end] = ["\x1b[2m\u22ef\x1b[0m", ""]
    prompt = f"\x1b[92m$\x1b[0m \x1b[1m{arguments.command or ' '.join(arguments.words)}\x1b[0m"
    print("\n".join(draw([prompt, "", *output])))


main()
