"""What `rounds backup` refuses, and where a password goes. The journey of backups dumps and restores."""

import subprocess

import pytest
import typer

from rounds.command_line import backup


def test_a_file_that_is_there_is_not_replaced_unasked(tmp_path, capsys):
    file = tmp_path / "rounds.dump"
    file.write_text("precious")
    with pytest.raises(typer.Exit):
        backup.backup(file)
    assert "--force" in capsys.readouterr().err
    assert file.read_text() == "precious"


@pytest.mark.parametrize(
    ("url", "address", "password"),
    [
        ("postgresql://r:p%40ss%3A@db:5433/r?sslmode=require", "postgresql://r@db:5433/r?sslmode=require", "p@ss:"),
        ("postgresql://r:one@a,b:5433/r?x=y", "postgresql://r@a,b:5433/r?x=y", "one"),
        ("postgresql://r@/r?host=%2Frun&port=5432", "postgresql://r@/r?host=%2Frun&port=5432", None),
        ("postgresql:///rounds", "postgresql:///rounds", None),
    ],
)
def test_no_list_of_processes_shows_the_password(url, address, password, monkeypatch):
    run = {}

    def note(command, *, env, **_):
        run.update(command=command, password=env.get("PGPASSWORD"))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", note)
    backup.run_tool("pg_dump", url, "--format", "custom")
    assert list(run["command"])[1:] == ["--dbname", address, "--format", "custom"]
    assert run["password"] == password


def test_what_a_tool_complains_of_is_said_in_a_line(monkeypatch, capsys):
    answer = subprocess.CompletedProcess([], 1, stdout="", stderr="pg_dump: detail\npg_dump: error: no such database\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: answer)
    with pytest.raises(typer.Exit):
        backup.run_tool("pg_dump", "postgresql:///rounds")
    assert capsys.readouterr().err == "pg_dump failed: pg_dump: error: no such database\n"
