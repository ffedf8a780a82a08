"""What can be read or written only once is left to clang.

Response files, sources and headers that are pipes or somebody's open files, and dependency files that are no files.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from smartopt.driver.response_files import ResponseFileError, expand, is_plain

from .conftest import C_SOURCE, Pair

SOURCE = "#ifndef FOO\n#error no FOO\n#endif\nint foo = FOO;\n" + C_SOURCE


def test_nothing_but_a_regular_file_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fifo, text, link = tmp_path / "fifo", tmp_path / "text", tmp_path / "link"
    os.mkfifo(fifo)
    text.write_text("-c a.c")
    link.symlink_to(fifo)
    assert expand([f"@{text}"]) == ["-c", "a.c"]
    (tmp_path / "outer").write_text("@fifo")  # a response file may name another
    for path in (fifo, link, Path("/dev/null"), Path("/dev/stdin"), Path("/dev/fd/0"), tmp_path, tmp_path / "outer"):
        with pytest.raises(ResponseFileError):  # and does not wait for a writer
            expand([f"@{path}"])
    assert expand(["@" + str(tmp_path / "missing")]) == ["@" + str(tmp_path / "missing")]
    with open(text) as file:  # a regular file, but by the name of an open one: some systems share the position
        assert not is_plain(f"/proc/self/fd/{file.fileno()}")


class TestPipes:
    """Each command gets a pipe of its own, under a name that both compilers can open."""

    def both(
        self, pair: Pair, text: str, words: Callable[[str], list[str]], how: str, select: str = "auto"
    ) -> set[str]:
        """The reasons that smartopt counted, after clang and smartopt made the same object."""
        pair.files = {"a.c": SOURCE}
        found = []
        before = pair.counted()
        for program in (pair.clang, pair.door()):
            pair.fresh()
            reader, writer = os.pipe()
            name = f"/dev/fd/{reader}"
            if how == "fifo":
                os.mkfifo(pair.work / "fifo")
                name = "fifo"
                script = 'printf %s "$1" > fifo & shift; exec "$@"'
            else:
                os.write(writer, text.encode())
                script = 'shift; exec "$@"'
            os.close(writer)
            done = subprocess.run(
                ["/bin/sh", "-c", script, "sh", text, program, *words(name)],
                cwd=pair.work,
                env=pair.env({"SMARTOPT_SELECT": select}),
                pass_fds=[reader],
                capture_output=True,
                timeout=60,
                check=False,
            )
            os.close(reader)
            found.append((done.returncode, done.stdout, done.stderr, (pair.work / "a.o").read_bytes()))
        assert found[0][0] == 0
        assert found[0] == found[1]
        after = pair.counted()
        return {name for name in after if after[name] != before.get(name, 0) and name.startswith("reason.driver")}

    @pytest.mark.parametrize("how", ["descriptor", "fifo"])
    @pytest.mark.parametrize("level", ["-O2", "-Oz"])
    def test_response_file(self, pair: Pair, how: str, level: str) -> None:
        got = self.both(pair, "-DFOO=7", lambda name: [level, "-c", "a.c", f"@{name}"], how)
        assert got == {"reason.driver-response-file"}

    @pytest.mark.parametrize("how", ["descriptor", "fifo"])
    @pytest.mark.parametrize("option", ["-include", "-imacros"])
    def test_header(self, pair: Pair, how: str, option: str) -> None:
        got = self.both(pair, "#define FOO 7\n", lambda name: ["-Oz", option, name, "-c", "a.c"], how)
        assert got == {"reason.driver-input-special"}

    @pytest.mark.parametrize("how", ["descriptor", "fifo"])
    def test_source(self, pair: Pair, how: str) -> None:
        words = ["-Oz", "-x", "c", "-c", "-o", "a.o"]
        assert self.both(pair, "int f(void) { return 1; }\n", lambda name: [*words, name], how) == {
            "reason.driver-input-special"
        }


@pytest.mark.parametrize("words", [["-MD", "-MF", "-"], ["-Wp,-MD,/dev/stdout"], ["-MMD", "-MF", "/dev/fd/1"]])
def test_dependencies_to_standard_output(pair: Pair, words: list[str]) -> None:
    assert pair.same("-Oz", *words, "-c", "a.c") == {"driver-output-special"}


def test_dependencies_to_a_pipe_of_that_name(pair: Pair) -> None:
    """clang names the file a.d after the object; somebody may wait at its other end for all of it."""
    pair.files = {"a.c": C_SOURCE}
    said = []
    for program in (pair.clang, pair.door()):
        pair.fresh()
        fifo = pair.work / "a.d"
        os.mkfifo(fifo)
        heard: list[bytes] = []
        reader = threading.Thread(target=lambda fifo=fifo, heard=heard: heard.append(fifo.read_bytes()))
        reader.start()
        assert pair.run_blind(program, "-Oz", "-MD", "-c", "a.c", "-o", "a.o") == 0
        reader.join(20)
        said.append(heard)
    assert said[0] == said[1]
    assert said[0][0].startswith(b"a.o: a.c")
    assert pair.counted() == {"runs": 1, "reason.driver-output-special": 1}


def test_standard_input_is_not_touched(pair: Pair) -> None:
    """A build script's own input may be next in the pipe."""
    pair.fresh()
    script = f'"{pair.door()}" -Oz -c a.c && "{pair.door()}" -O2 -c a.c && cat'
    done = subprocess.run(
        ["/bin/sh", "-c", script], cwd=pair.work, env=pair.env(), input=b"next", capture_output=True, check=True
    )
    assert done.stdout == b"next"


def test_a_log_that_nobody_reads_is_not_waited_for(pair: Pair) -> None:
    os.mkfifo(pair.home / "log")
    pair.environment["SMARTOPT_LOGFILE"] = str(pair.home / "log")
    pair.eligible("-Oz", "-c", "a.c")
