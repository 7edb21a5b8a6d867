"""A copy that is not what the server gave is found out, by PostgreSQL's own program and by ours."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.backups import manifest, tools
from ingest.postgres import Server, wheel_binaries
from tests.conftest import DEBIAN

pytestmark = pytest.mark.restore


@pytest.fixture(scope="module")
def copied_15(postgres_15: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(postgres_15, DEBIAN, tmp_path_factory)


@pytest.fixture(scope="module")
def copied_18(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(postgres, wheel_binaries(), tmp_path_factory)


def copied(server: Server, programs: Path, factory: pytest.TempPathFactory) -> Path:
    target = factory.mktemp("copy") / "data"
    tools.copy_cluster(programs, tools.Server(server.url()), target)
    return target


def change(copy: Path) -> None:
    (copy / "global" / "pg_control").write_bytes(b"\0" * 8192)


def remove(copy: Path) -> None:
    (copy / "PG_VERSION").unlink()


def add(copy: Path) -> None:
    (copy / "base" / "99999").touch()


def rewrite_the_manifest(copy: Path) -> None:
    text = (copy / "backup_manifest").read_text()
    (copy / "backup_manifest").write_text(text.replace('"Size": ', '"Size": 1', 1))


def cut_the_log(copy: Path) -> None:
    first = min(path for path in (copy / "pg_wal").iterdir() if path.is_file())
    first.write_bytes(b"\0" * first.stat().st_size)


DAMAGES: list[Callable[[Path], None]] = [change, remove, add, rewrite_the_manifest, cut_the_log]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize(("version", "programs"), [("copied_15", DEBIAN), ("copied_18", wheel_binaries())])
def test_damage_is_found(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    version: str,
    programs: Path,
    damage: Callable[[Path], None],
) -> None:
    copy = tmp_path / "data"
    shutil.copytree(request.getfixturevalue(version), copy)
    damage(copy)
    with pytest.raises(tools.ToolError):
        tools.verify(programs, copy)


@pytest.mark.parametrize(("version", "programs"), [("copied_15", DEBIAN), ("copied_18", wheel_binaries())])
def test_a_whole_copy_is_found_whole(request: pytest.FixtureRequest, version: str, programs: Path) -> None:
    tools.verify(programs, request.getfixturevalue(version))


def test_our_check_of_files_agrees_with_postgresqls_own(copied_15: Path, tmp_path: Path) -> None:
    """The wheel's own program does not run, so the other version's is the witness."""
    assert manifest.check(copied_15)[0].timeline == 1
    copy = tmp_path / "data"
    shutil.copytree(copied_15, copy)
    change(copy)
    with pytest.raises(manifest.DamageError, match="pg_control"):
        manifest.check(copy)
