#!/usr/bin/env python3
"""Packs the release binary for people who do not build it. `make dist` calls it.

Writes into dist/: an archive with all that belongs to fluxlint, one with the plugin of the Flux CLI, a Debian package,
the manifest for the plugin catalogue and SHA256SUMS. The same inputs give the same bytes: no clock, no user, no order
of a directory gets in; the time in the archives is that of the commit.

Environment: BASE_URL, the https address under which the files of dist/ will lie; HOMEPAGE, the page of the project
(default BASE_URL); MAINTAINER, of the Debian package; SOURCE_DATE_EPOCH, seconds that stand for now.
"""
import argparse
import gzip
import hashlib
import io
import lzma
import os
import platform
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import man_page
import notices

ROOT = Path(__file__).resolve().parent.parent
DESCRIPTION = "Finds what Flux would trip over in a Git repository, before it is pushed"
# Reserved for what does not exist (RFC 2606): nobody can take it for the real address.
NO_ADDRESS = "https://fluxlint.example"


class Failure(Exception):
    """What cannot be packed, in words for a person."""


def output(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def commit_time():
    """Seconds since 1970 that every file of an archive gets."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    try:
        return int(output("git", "-C", str(ROOT), "log", "-1", "--format=%ct", stderr=subprocess.DEVNULL))
    except (OSError, subprocess.CalledProcessError, ValueError):
        return 0


def machine():
    """Operating system and processor as Go, and so the Flux CLI, names them."""
    processors = {"x86_64": "amd64", "aarch64": "arm64"}
    return platform.system().lower(), processors.get(platform.machine(), platform.machine())


def archive(files, time, directories=False):
    """A tar archive of (path, mode, bytes), in the order of the paths."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        made = set()
        for path, mode, content in sorted(files):
            parents = [str(parent) for parent in reversed(Path(path).parents)] if directories else []
            for parent in parents:
                if parent not in made:
                    made.add(parent)
                    entry = tarfile.TarInfo("./" if parent == "." else "./" + parent + "/")
                    entry.type, entry.mode, entry.mtime = tarfile.DIRTYPE, 0o755, time
                    tar.addfile(entry)
            entry = tarfile.TarInfo(("./" if directories else "") + path)
            entry.size, entry.mode, entry.mtime = len(content), mode, time
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def compressed(content):
    return gzip.compress(content, compresslevel=9, mtime=0)


def tree(program, licence, notice):
    """All that belongs to fluxlint, laid out as below /usr/local."""
    def completion(shell):
        return output(program, "--generate-completion-script", shell).encode()

    files = [
        ("bin/fluxlint", 0o755, Path(program).read_bytes()),
        ("share/man/man1/fluxlint.1", 0o644, man_page.roff(program).encode()),
        ("share/bash-completion/completions/fluxlint", 0o644, completion("bash")),
        ("share/zsh/site-functions/_fluxlint", 0o644, completion("zsh")),
        ("share/fish/vendor_completions.d/fluxlint.fish", 0o644, completion("fish")),
        ("share/doc/fluxlint/LICENSE", 0o644, licence),
        ("share/doc/fluxlint/NOTICES", 0o644, notice),
    ]
    for hook in sorted((ROOT / "hooks").iterdir()):
        files.append((f"share/fluxlint/hooks/{hook.name}", 0o755, hook.read_bytes()))
    return files


def debian_tree(files):
    """The same files where Debian has them."""
    result, licences = [], {}
    for path, mode, content in files:
        if path.startswith("share/doc/"):
            licences[Path(path).name] = content
            continue
        if path.startswith("share/man/"):
            path, content = path + ".gz", compressed(content)
        path = path.replace("share/zsh/site-functions", "share/zsh/vendor-completions")
        result.append(("usr/" + path, mode, content))
    copyright = licences["LICENSE"] + b"\n\n" + licences["NOTICES"]
    return result + [("usr/share/doc/fluxlint/copyright", 0o644, copyright)]


def debian_package(files, version, architecture, time):
    """A package that needs no other. The members are those of deb(5), version 2.0."""
    size = sum((len(content) + 1023) // 1024 for _, _, content in files)
    fields = [
        ("Package", "fluxlint"), ("Version", version.replace("-", "~", 1)), ("Architecture", architecture),
        ("Maintainer", os.environ.get("MAINTAINER") or "the authors of fluxlint"),
        ("Installed-Size", str(size)), ("Section", "utils"), ("Priority", "optional"),
    ]
    if homepage():
        fields.append(("Homepage", homepage()))
    fields.append(("Description", DESCRIPTION + "\n It reads the repository as the Flux controllers do, without a "
                   "cluster and without\n the network, and names the line that has to be changed."))
    sums = "".join(f"{hashlib.md5(content).hexdigest()}  {path}\n" for path, _, content in sorted(files))
    control = [
        ("control", 0o644, "".join(f"{name}: {value}\n" for name, value in fields).encode()),
        ("md5sums", 0o644, sums.encode()),
    ]
    # xz, which every dpkg since Debian 6 reads; the check is the one that dpkg itself writes.
    def packed(entries):
        return lzma.compress(archive(entries, time, directories=True), check=lzma.CHECK_CRC64, preset=6)

    members = [
        ("debian-binary", b"2.0\n"), ("control.tar.xz", packed(control)), ("data.tar.xz", packed(files)),
    ]
    result = b"!<arch>\n"
    for name, content in members:
        result += f"{name:<16}{time:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode()
        result += content + b"\n" * (len(content) % 2)
    return result


def base_address():
    """Where the files of dist/ will be fetched from; empty when nobody said."""
    address = os.environ.get("BASE_URL", "").rstrip("/")
    if address and not re.fullmatch(r"https://[^\s\"'<>]+", address):
        raise Failure(f"BASE_URL is '{address}', expected an address that begins with https://")
    return address


def homepage():
    return os.environ.get("HOMEPAGE") or base_address()


def plugin_manifest(version, system, processor, file, content):
    """What fluxcd/plugins keeps as plugins/lint.yaml; its schema allows no other fields."""
    address = base_address() or NO_ADDRESS
    page = homepage() or NO_ADDRESS
    return f"""\
apiVersion: cli.fluxcd.io/v1beta1
kind: Plugin
name: lint
description: {DESCRIPTION}
homepage: {page}
source: {page}
bin: flux-lint
versions:
  - version: {version}
    platforms:
      - os: {system}
        arch: {processor}
        url: {address}/{file}
        checksum: sha256:{hashlib.sha256(content).hexdigest()}
"""


def pack(program, map_file, time):
    """The names and bytes of everything that goes into dist/, and remarks on what does not."""
    said = output(program, "--version")
    version = said.split("\n")[0].removeprefix("fluxlint ")
    if not re.fullmatch(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?", version):
        raise Failure(f"'{program} --version' begins with '{version}', expected a version")
    is_static = "linked statically" in said
    system, processor = machine()
    platform_name = f"{version}_{system}_{processor}"
    licence = (ROOT / "LICENSE").read_bytes()
    files = tree(program, licence, notices.text(map_file if is_static else None).encode())

    top = f"fluxlint_{platform_name}"
    result = {
        f"{top}.tar.gz": compressed(archive([(f"{top}/{path}", mode, content) for path, mode, content in files], time))
    }
    if not is_static:
        return result, ["without package and plugin: the program needs shared libraries of this machine"]
    remarks = []
    plugin = f"flux-lint_{platform_name}.tar.gz"
    result[plugin] = compressed(archive([("flux-lint", 0o755, files[0][2])], time))
    result[f"fluxlint_{version}_{processor}.deb"] = debian_package(debian_tree(files), version, processor, time)
    result["plugin.yaml"] = plugin_manifest(version, system, processor, plugin, result[plugin]).encode()
    if not base_address():
        remarks.append(f"plugin.yaml names {NO_ADDRESS}, which does not exist: give BASE_URL= before you publish it")
    return result, remarks


def write(result, directory):
    directory.mkdir(parents=True, exist_ok=True)
    # What an earlier call left, of another version perhaps.
    for old in [*directory.glob("flux*lint_*"), directory / "plugin.yaml", directory / "SHA256SUMS"]:
        old.unlink(missing_ok=True)
    for name, content in result.items():
        (directory / name).write_bytes(content)
    sums = "".join(f"{hashlib.sha256(result[name]).hexdigest()}  {name}\n" for name in sorted(result))
    (directory / "SHA256SUMS").write_text(sums)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--program", default=ROOT / ".build/release/fluxlint", type=Path, help="the release binary")
    parser.add_argument("--map", default=ROOT / ".build/fluxlint.map", type=Path, help="what the linker put into it")
    parser.add_argument("--output", default=ROOT / "dist", type=Path, help="the directory to write to")
    arguments = parser.parse_args()
    try:
        result, remarks = pack(str(arguments.program.resolve()), arguments.map, commit_time())
        write(result, arguments.output)
    except (Failure, notices.Unknown) as failure:
        sys.exit(f"fluxlint dist: {failure}")
    for name in [*sorted(result), "SHA256SUMS"]:
        print(f"{(arguments.output / name).stat().st_size:>10}  {name}")
    for remark in remarks:
        print(f"fluxlint dist: {remark}", file=sys.stderr)


if __name__ == "__main__":
    main()
