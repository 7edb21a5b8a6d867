"""Nothing that the tree started outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from hearthline.demo.tree import Tree

ECHO = [sys.executable, "-c", "import sys\nfor line in sys.stdin: print(line.strip(), flush=True)"]
DEAF = [
    sys.executable,
    "-c",
    (
        "import signal, sys\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('up', flush=True)\nsys.stdin.read()"
    ),
]
ROOT = """
import sys
from pathlib import Path
from hearthline.demo.tree import Tree
tree = Tree(Path(sys.argv[1]))
print(tree.start("child", ["sleep", "600"]).pid, flush=True)
sys.stdin.read()
"""


def test_a_child_that_talks_is_heard(tmp_path: Path) -> None:
    with Tree(tmp_path) as tree:
        child = tree.start("echo", ECHO, talks=True)
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write("hello\n")
        assert child.stdout.readline() == "hello\n"


def test_leaving_the_tree_ends_its_children(tmp_path: Path) -> None:
    with Tree(tmp_path) as tree:
        child = tree.start("sleeper", ["sleep", "600"])
    assert child.returncode == -signal.SIGTERM


def test_a_child_that_will_not_stop_is_killed(tmp_path: Path) -> None:
    with Tree(tmp_path) as tree:
        child = tree.start("deaf", DEAF, talks=True)
        assert child.stdout is not None
        child.stdout.readline()
        tree.stop("deaf", patience=0.1)
    assert child.returncode == -signal.SIGKILL


def test_a_child_that_ended_by_itself_is_named(tmp_path: Path) -> None:
    with Tree(tmp_path) as tree:
        tree.start("brief", ["true"]).wait(10)
        assert tree.dead() == ["brief"]


def test_what_a_child_says_of_its_trouble_is_in_its_log(tmp_path: Path) -> None:
    with Tree(tmp_path) as tree:
        tree.start("complainer", ["sh", "-c", "echo trouble >&2"]).wait(10)
        assert tree.log("complainer").read_text() == "trouble\n"


def test_children_die_when_the_root_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ROOT, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as root:
        assert root.stdout is not None
        child = psutil.Process(int(root.stdout.readline()))
        os.kill(root.pid, signal.SIGKILL)
        try:
            child.wait(10)
        except psutil.TimeoutExpired:
            pytest.fail("the child outlived its root")
