#!/usr/bin/env python3
"""Runs the steps of a Containerfile where no container engine is at hand, and then its entry point.

    bare_container.py Containerfile [--mount DIRECTORY=/repo] [--keep FILE=COPY] [-- ARGUMENT ...]

Needs Linux and the right to make mounts. Each stage gets a root of its own: `FROM scratch` an empty one; any other
image the system that this runs on, read as a lower layer and never written, with a layer in memory above it. The entry
point runs in the last root, where nothing is but /proc and what the steps put there. Knows FROM, WORKDIR, COPY, RUN
and ENTRYPOINT, and stops at any other step.
"""
import argparse
import fnmatch
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def steps(text):
    """The instructions with their words, comments and continued lines taken away."""
    lines = [line for line in text.replace("\\\n", " ").split("\n") if line.strip() and not line.startswith("#")]
    return [line.strip().split(maxsplit=1) for line in lines]


def mount(*words):
    subprocess.run(["mount", *map(str, words)], check=True)


def ignored(context):
    file = context / ".dockerignore"
    return file.read_text().split() if file.is_file() else []


def copy_context(context, target):
    patterns = ignored(context)
    shutil.copytree(
        context, target, symlinks=True, dirs_exist_ok=True,
        ignore=lambda folder, names: [
            name for name in names
            if Path(folder) == context and any(fnmatch.fnmatch(name, pattern) for pattern in patterns)
        ])


class Stage:
    """One root and what the steps so far said of it."""

    def __init__(self, image, memory):
        self.directory = "/"
        self.entry = []
        self.root = memory / "root"
        self.root.mkdir(parents=True)
        if image != "scratch":
            (memory / "upper").mkdir()
            (memory / "work").mkdir()
            layers = f"lowerdir=/,upperdir={memory}/upper,workdir={memory}/work"
            mount("-t", "overlay", "overlay", "-o", layers, self.root)
        (self.root / "proc").mkdir(exist_ok=True)
        mount("-t", "proc", "proc", self.root / "proc")
        if image != "scratch":
            mount("--rbind", "/dev", self.root / "dev")

    def path(self, inside):
        return self.root / os.path.normpath(os.path.join(self.directory, inside)).lstrip("/")

    def run(self, command):
        inside = ["chroot", str(self.root), "/bin/sh", "-c", f"cd {shlex.quote(self.directory)} && {command}"]
        subprocess.run(inside, check=True, stdout=sys.stderr, stdin=subprocess.DEVNULL)

    def start(self, arguments):
        def enter():
            os.chroot(self.root)
            os.chdir(self.directory)

        return subprocess.run([*self.entry, *arguments], preexec_fn=enter, env={}, check=False).returncode


def build(file, memory):
    stages, stage = {}, None
    for number, (name, rest) in enumerate(steps(file.read_text())):
        print(f"bare container: {name} {rest}", file=sys.stderr)
        words = rest.split()
        if name == "FROM":
            stage = Stage(words[0], memory / str(number))
            if len(words) == 3:
                stages[words[2]] = stage
        elif name == "WORKDIR":
            stage.directory = os.path.join(stage.directory, rest)
            stage.path(".").mkdir(parents=True, exist_ok=True)
        elif name == "RUN":
            stage.run(rest)
        elif name == "COPY" and words[0].startswith("--from="):
            source = stages[words[0].removeprefix("--from=")].path(words[1])
            shutil.copy2(source, stage.path(words[2]))
        elif name == "COPY":
            copy_context(file.parent / words[0], stage.path(words[1]))
        elif name == "ENTRYPOINT":
            stage.entry = json.loads(rest)
        else:
            sys.exit(f"bare container: unknown step '{name}'")
    return stage


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--mount", metavar="DIRECTORY=PLACE", help="a directory that the entry point sees, read-only")
    parser.add_argument("--keep", metavar="FILE=COPY", help="a file of the last root to copy out of it")
    # argparse itself does not find the arguments behind -- again once it has seen an option.
    words = sys.argv[1:]
    end = words.index("--") if "--" in words else len(words)
    arguments = parser.parse_args(words[:end])
    if os.environ.get("BARE_CONTAINER") != "inside":
        # Mounts that are made in a namespace go away with it.
        os.environ["BARE_CONTAINER"] = "inside"
        os.execvp("unshare", ["unshare", "--mount", "--", sys.executable, *sys.argv])
    with tempfile.TemporaryDirectory() as directory:
        memory = Path(directory) / "memory"
        memory.mkdir()
        mount("-t", "tmpfs", "tmpfs", memory)
        stage = build(arguments.file.resolve(), memory)
        if arguments.mount:
            source, place = arguments.mount.split("=", 1)
            stage.path(place).mkdir(parents=True, exist_ok=True)
            mount("--bind", source, stage.path(place))
            mount("-o", "remount,ro,bind", stage.path(place))
        if arguments.keep:
            source, target = arguments.keep.split("=", 1)
            shutil.copy2(stage.path(source), target)
        status = stage.start(words[end + 1 :])
        subprocess.run(["umount", "--recursive", "--lazy", str(memory)], check=True)
    sys.exit(status)


main()
