"""The commands of the generator, as a person and as a program meets them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from codegen.commands import app
from tests.codegen.small_contracts import small_contracts, written

SCHEMAS = "layer1/2B/schemas.2B.yaml"
DICTIONARY = "layer1/2B/dataset_dictionary.layer1.2B.yaml"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(small_contracts(), tmp_path / "contracts")


def edited(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def test_codegen_writes_then_check_passes_then_an_edit_is_named(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "generated"
    first = run("codegen", "--contracts", folder, "--out", out)
    assert first.exit_code == 0, first.output
    assert f"wrote {out}/tables/s2b.py" in first.stdout
    assert run("codegen", "--check", "--contracts", folder, "--out", out).exit_code == 0
    (out / "tables" / "s2b.py").write_text("", encoding="utf-8")
    second = run("codegen", "--check", "--contracts", folder, "--out", out)
    assert second.exit_code == 1
    assert second.stdout == f"{out}/tables/s2b.py: differs from what the contracts give\n"
    assert "closedworld codegen" in second.stderr


def test_check_passes_sound_contracts_and_lists_findings_with_their_cure(folder: Path) -> None:
    assert run("contracts", "check", "--contracts", folder).exit_code == 0
    edited(folder, DICTIONARY, "run_id={run_id}", "run_id={runid}")
    done = run("contracts", "check", "--contracts", folder)
    assert done.exit_code == 1
    line = (folder / DICTIONARY).read_text().splitlines().index(
        "    path: logs/layer1/2B/draws/run_id={runid}/"
    ) + 1
    assert f"{folder / DICTIONARY}:{line}: TOKEN: unknown path token 'runid'" in done.stdout
    assert "what to do: " in done.stdout
    found = json.loads(run("contracts", "check", "--contracts", folder, "--json").stdout)["findings"]
    assert {"file", "line", "rule", "message", "remedy", "pointer"} == set(found[0])
    assert "TOKEN" in {item["rule"] for item in found}


def test_list_shows_every_kind_or_one(folder: Path) -> None:
    done = run("contracts", "list", "--contracts", folder)
    assert done.exit_code == 0
    assert "datasets (8)" in done.stdout
    assert "policies (1)" in done.stdout
    listed = json.loads(run("contracts", "list", "states", "--contracts", folder, "--json").stdout)
    assert [row["id"] for row in listed["states"]] == ["1A.S0", "2B.S0", "2B.S1"]
    assert set(listed) == {"states"}
    wrong = run("contracts", "list", "tables", "--contracts", folder)
    assert wrong.exit_code == 2
    assert "expected one of datasets, policies, states, codes, found 'tables'" in wrong.stderr


@pytest.mark.parametrize(
    ("name", "kinds", "piece"),
    [
        ("weights", ["dataset"], "data/layer1/2B/weights/"),
        ("weight_policy", ["policy"], "exponent: number"),
        ("blob", ["dataset"], "uint32 x 1"),
        ("2B.S1", ["state"], "Weigh the sites."),
        ("2B.S1 V-02", ["validator"], "Shares sum to one"),
        ("V-01", ["validator", "validator", "validator"], "Every input is there"),
        ("2B-S1-050", ["code"], "exit code 1"),
        ("SUM_WRONG", ["code"], "raised by 2B.S1 V-02"),
        ("RUN-001", ["code"], "Name a run."),
    ],
)
def test_show_tells_everything_about_one_thing_with_its_place(
    folder: Path, name: str, kinds: list[str], piece: str
) -> None:
    done = run("contracts", "show", name, "--contracts", folder)
    assert done.exit_code == 0, done.output
    assert piece in done.stdout
    entries = json.loads(run("contracts", "show", name, "--contracts", folder, "--json").stdout)
    assert [entry["kind"] for entry in entries] == kinds
    for entry in entries:
        assert f"({folder / entry['file'].removeprefix('contracts/')}:{entry['line']})" in done.stdout


def test_show_of_something_unknown_suggests_what_is_near(folder: Path) -> None:
    done = run("contracts", "show", "wieghts", "--contracts", folder)
    assert done.exit_code == 2
    assert "no 'wieghts'; did you mean weights" in done.stderr


def git(folder: Path, *arguments: str) -> None:
    settings = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *settings, *arguments], cwd=folder, check=True, capture_output=True)


def test_diff_against_a_git_revision_and_between_two(folder: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "--initial-branch=main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "first")
    same = run("contracts", "diff", "HEAD", "--contracts", folder)
    assert (same.exit_code, same.stdout) == (0, "no changes\n")
    edited(folder, SCHEMAS, "name: share,", "name: portion,")
    done = run("contracts", "diff", "main", "--contracts", folder)
    assert done.exit_code == 1
    assert "breaking: dataset weights: column share renamed to portion" in done.stdout
    assert "a breaking change needs a higher major version than 1.0.0, found 1.0.0" in done.stdout
    git(tmp_path, "commit", "-a", "-m", "second")
    found = json.loads(run("contracts", "diff", "HEAD~1", "HEAD", "--contracts", folder, "--json").stdout)
    assert [change["severity"] for change in found["changes"]] == ["breaking"]
    assert [item["subject"] for item in found["versions"]] == ["dataset weights"]
    unknown = run("contracts", "diff", "nowhere", "--contracts", folder)
    assert unknown.exit_code == 2
    assert "git knows no revision 'nowhere'" in unknown.stderr


def test_diff_between_folders_needs_no_git(folder: Path, tmp_path: Path) -> None:
    other = written(small_contracts(), tmp_path / "other" / "contracts")
    edited(other, SCHEMAS, "description: The share.}", "description: The share of it.}")
    done = run("contracts", "diff", folder, tmp_path / "other", "--contracts", folder)
    assert done.exit_code == 0
    assert done.stdout.startswith("prose: dataset weights: column share: description changed (contracts/")


def test_diff_outside_a_repository_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(folder.parent.parent))
    done = run("contracts", "diff", "HEAD", "--contracts", folder)
    assert done.exit_code == 2
    assert "is not inside a git repository" in done.stderr


def test_every_command_has_help_with_an_example() -> None:
    for words in (["codegen"], *(["contracts", name] for name in ("list", "show", "check", "diff"))):
        done = run(*words, "--help")
        assert done.exit_code == 0
        assert f"Example: closedworld {' '.join(words)}" in " ".join(done.stdout.split())


def test_a_contracts_folder_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    done = run("contracts", "check", "--contracts", tmp_path / "none")
    assert done.exit_code == 2
    assert "is no folder" in done.stderr


def test_a_missing_library_is_named_with_its_cure(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> list[Path]:
        raise ModuleNotFoundError("No module named 'ruff'", name="ruff")

    monkeypatch.setattr("codegen.build.build", missing)
    done = run("codegen", "--contracts", folder, "--out", tmp_path / "generated")
    assert done.exit_code == 2
    assert "ruff is not installed; install closedworld with its `codegen` extra" in done.stderr


@pytest.mark.parametrize("command", [("contracts", "check"), ("contracts", "list"), ("codegen", "--check")])
@pytest.mark.parametrize("place", ["/", "empty", "other"])
def test_a_folder_that_holds_no_contracts_is_refused_at_once(
    tmp_path: Path, place: str, command: tuple[str, ...]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "other" / "layers").mkdir(parents=True)
    done = run(*command, "--contracts", place if place == "/" else tmp_path / place)
    assert done.exit_code == 2, done.output
    assert "holds no contracts" in done.stderr


@pytest.mark.parametrize("place", ["/", "empty", "/usr"])
def test_a_comparison_with_a_folder_that_holds_no_contracts(folder: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "empty").mkdir()
    other = Path(place) if place.startswith("/") else tmp_path / place
    for pair in ((other, folder), (folder, other)):
        done = run("contracts", "diff", *pair, "--contracts", folder)
        assert done.exit_code == 2, done.output
        assert "holds no contract files" in done.stderr


def test_folders_of_something_else_are_named_and_not_entered(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder / "layer1")
    for _ in range(400):  # longer than a path may be
        Path("nested").mkdir()
        monkeypatch.chdir("nested")
    monkeypatch.chdir(tmp_path)
    (folder / "layer1" / "2B" / "more").mkdir()
    done = run("contracts", "check", "--contracts", folder)
    assert done.exit_code == 1
    for name in ("layer1/nested/", "layer1/2B/more/"):
        assert f"{folder / name}:1: FILE-NAME" in done.stdout.replace("/:1:", ":1:"), done.stdout


def test_a_contract_file_that_is_too_large_is_not_parsed(folder: Path) -> None:
    path = folder / SCHEMAS
    path.write_bytes(path.read_bytes() + b"#" + b" " * (1 << 20))
    done = run("contracts", "check", "--contracts", folder)
    assert done.exit_code == 1
    assert f"{path}:1: YAML: the file has more than 1,048,576 bytes" in done.stdout


def test_code_is_generated_only_where_nothing_else_lies(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "documents"
    other.mkdir()
    (other / "letter.txt").write_text("Dear", encoding="utf-8")
    (tmp_path / "file").write_text("", encoding="utf-8")
    for place in (other, tmp_path / "file", Path("/")):
        for more in ((), ("--check",)):
            done = run("codegen", "--contracts", folder, "--out", place, *more)
            assert done.exit_code == 2, done.output
            assert "no folder of generated code" in done.stderr
    assert [path.name for path in other.iterdir()] == ["letter.txt"]
