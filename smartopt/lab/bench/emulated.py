"""A compiler for another target that a package's own build and tests can use as if it were this machine's.

It gives the target's flags to clang or smartopt-clang, links with lld, and puts a script that runs the emulator in the
place of each program that it links, so that ``make check`` runs the programs as it always does. The program itself lies
beside the script. Nothing is registered with the kernel. Version scripts may name symbols that are not there (as those
of zlib and Lua do), as with GNU's linker.
"""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

from ...llvm.toolchain import Toolchain
from ..targets import Target

__all__ = ["program_of", "write_archivers", "write_target_compiler"]

_COMPILER = """\
#!/bin/sh
# Compiles for {name}; where it links a program, a script that runs {emulator} takes its place.
out=a.out last= does=link
for word; do
  [ "$last" = -o ] && out=$word
  case $word in
    -c|-S|-E|-M|-MM|-fsyntax-only|--version|-v|--help|-print-*|-dump*|-V|-qversion) does=compile ;;
    -shared|-r) [ $does = compile ] || does=library ;;
  esac
  last=$word
done
[ $does = compile ] && exec {compiler} {flags} "$@"
{compiler} {flags} -fuse-ld=lld -Wl,--undefined-version "$@" || exit
[ $does = link ] && [ "$(head -c 4 "$out" 2>/dev/null | tail -c 3)" = ELF ] || exit 0
folder=$(cd "$(dirname "$out")" && pwd) name=$(basename "$out")
mv -f "$out" "$folder/.$name.program" || exit
printf '#!/bin/sh\\nexec %s "%s" "$@"\\n' {emulator} "$folder/.$name.program" > "$out" && chmod 755 "$out"
"""


def write_target_compiler(path: Path, compiler: str, target: Target) -> Path:
    """Write a compiler for a target to ``path``; returns it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = _COMPILER.format(
        name=target.name, compiler=shlex.quote(compiler), flags=shlex.join(target.flags), emulator=target.emulator
    )
    part = path.with_name(f".{path.name}.part")
    part.write_text(text)
    part.chmod(0o755)
    part.rename(path)
    return path


def program_of(path: Path) -> Path:
    """The program that a script of such a compiler runs; ``path`` itself where it is none."""
    program = path.with_name(f".{path.name}.program")
    return program if program.is_file() else path


def write_archivers(folder: Path, toolchain: Toolchain) -> None:
    """Links in a folder, by their usual names, to LLVM's tools that know every target's object files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("ar", "ranlib", "nm", "strip", "objdump"):
        tool = toolchain.tool(f"llvm-{name}") or shutil.which(f"llvm-{name}")
        link = folder / name
        if tool and not link.is_symlink():
            link.symlink_to(tool)
