#!/usr/bin/env python3
"""Runs commands in turn, many times, and prints the medians of wall time, CPU time and peak memory.

    measure.py --runs 9 fluxlint='fluxlint check --rev HEAD ../fleet' limit='gitscan parse ../fleet'

Taking turns spreads what else the machine does over all commands alike. The last column compares CPU time with the
last command. Peak memory cannot be measured below that of this process (about 15 MB). Output is thrown away; a
command that fails ends the run.
"""
import argparse
import os
import shlex
import statistics
import sys
import time


def run(words):
    start = time.perf_counter()
    process = os.posix_spawnp(
        words[0], words, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"measure.py: status {os.waitstatus_to_exitcode(status)} from: {shlex.join(words)}")
    # ru_maxrss is in KiB, on macOS in bytes.
    memory = usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return wall, usage.ru_utime + usage.ru_stime, memory


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("commands", nargs="+", metavar="LABEL=COMMAND")
    arguments = parser.parse_args()

    commands = {label: shlex.split(text) for label, _, text in (c.partition("=") for c in arguments.commands)}
    samples = {label: [] for label in commands}
    for words in commands.values():
        run(words)  # not counted: it warms the caches
    for _ in range(arguments.runs):
        for label, words in commands.items():
            samples[label].append(run(words))

    medians = {label: [statistics.median(column) for column in zip(*rows)] for label, rows in samples.items()}
    reference = list(medians.values())[-1][1]
    print(f"{'':12}{'wall s':>10}{'CPU s':>10}{'peak MB':>10}{'ratio':>8}")
    for label, (wall, cpu, memory) in medians.items():
        print(f"{label:12}{wall:10.4f}{cpu:10.4f}{memory:10.1f}{cpu / reference if reference else 0:8.2f}")


main()
