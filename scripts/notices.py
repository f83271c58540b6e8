"""The licences of what is linked into the release binary, from what the linker says it took.

The linker's map names each archive. A distribution's archive belongs to a package, whose copyright file is the notice;
what comes with Swift has Swift's; what Package.swift fetches has its own. An archive whose licence is not known stops
the packing: a release that says too little must not leave the house.
"""
import os
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMON_LICENCES = Path("/usr/share/common-licenses")


class Unknown(Exception):
    """An archive for which no licence is found."""


def archives(map_file):
    """The paths of archives and objects outside the package, sorted."""
    found = set()
    with open(map_file, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            match = re.match(r"(?:\s*[0-9a-f]+){3}\s+\d+ {9}(/[^:]+?)(?:\([^()]*\))?:\(", line)
            if match:
                found.add(os.path.realpath(match.group(1)))
    return sorted(path for path in found if not path.startswith(str(ROOT) + os.sep))


def toolchain():
    """The directory of the Swift toolchain: swift is in its bin."""
    swift = shutil.which("swift")
    return Path(os.path.realpath(swift)).parent.parent if swift else None


def package_of(path):
    """The Debian package that a file came with."""
    # A file of /usr/lib may be known as one of /lib: they are one directory since Debian 12.
    for spelling in (path, path.removeprefix("/usr")):
        try:
            result = subprocess.run(["dpkg", "-S", spelling], capture_output=True, text=True)
        except OSError:
            return None
        if result.returncode == 0:
            return result.stdout.split(":", 1)[0]
    return None


def sources(map_file):
    """The notices by the name of what they are for: a list of archives, and the file with the licence."""
    swift = toolchain()
    result = {}

    def add(name, archive, licence):
        if not licence.is_file():
            raise Unknown(f"no licence found for '{archive}': there is no file '{licence}'")
        result.setdefault(name, ([], licence))[0].append(archive)

    for path in archives(map_file) if map_file else []:
        name = os.path.basename(path)
        package = package_of(path)
        if package:
            add(package, name, Path("/usr/share/doc") / package / "copyright")
        elif swift and path.startswith(str(swift) + os.sep):
            add("Swift", name, swift / "share/swift/LICENSE.txt")
        else:
            raise Unknown(f"no licence found for '{path}': no package has it")
    if not map_file and swift:
        add("Swift", "the runtime", swift / "share/swift/LICENSE.txt")
    for checkout in sorted((ROOT / ".build/checkouts").glob("*")):
        add(checkout.name, "its modules", checkout / "LICENSE.txt")
    return result


def text(map_file):
    """The whole text. `map_file` is what the linker wrote, None for a program with shared libraries.

    Raises Unknown.
    """
    if map_file and not Path(map_file).is_file():
        raise Unknown(f"'{map_file}' is not there, which says what is linked in: build with 'make build'")
    parts, common = [], set()
    found = sources(map_file)
    for name in sorted(found, key=str.lower):
        linked, licence = found[name]
        content = licence.read_text(encoding="utf-8", errors="replace").strip()
        common |= set(re.findall(r"/usr/share/common-licenses/([A-Za-z0-9.-]*[A-Za-z0-9])", content))
        parts.append(f"{'=' * 78}\n{name} ({', '.join(sorted(set(linked)))})\n{'=' * 78}\n\n{content}\n")
    for name in sorted(common):
        file = COMMON_LICENCES / name
        if file.is_file():
            content = file.read_text(encoding="utf-8", errors="replace").strip()
            parts.append(f"{'=' * 78}\n/usr/share/common-licenses/{name}\n{'=' * 78}\n\n{content}\n")
    head = (
        "fluxlint has code of others linked into it, of which these are the licences. Of a library only the part that\n"
        "is needed is linked; of a package that holds several works, the notice names all of them.\n"
        "The sources of fluxlint and its Makefile build this program again with other versions of the libraries.\n"
    )
    return head + "\n" + "\n".join(parts)
