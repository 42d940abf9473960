"""The loop of changing a contract and regenerating (spec/contracts.md, section 4, proofs 1 to 5).

Proofs 3 and 4 are shown here for what the generator gives; that a run then writes to the new place, and aborts with the
state's code, is shown end to end.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from codegen.build import build, drift
from codegen.catalogue_findings import ContractsInvalid
from tests.codegen.generated_tree import REPOSITORY, answer, environment, generated, type_errors
from tests.codegen.small_contracts import small_contracts, written

SCHEMAS = "layer1/2B/schemas.2B.yaml"
DICTIONARY = "layer1/2B/dataset_dictionary.layer1.2B.yaml"
STATES = "layer1/2B/states.2B.yaml"

KERNELS = {
    "shares.py": """
from generated.tables.s2b import Weights

def total(weights: Weights) -> float:
    return float(weights.share.sum())
""",
    "positions.py": """
from generated.tables.s2b import Weights

def highest(weights: Weights) -> int:
    return int(weights.site_order.max())
""",
    "checks.py": """
from codegen.runtime.findings import Finding, Findings
from generated.errors.s2b import S2B_S1 as CODES
from generated.states.s2b import S2B_S1
from generated.validators.s2b import S2B_S1Validators

class WeightValidators(S2B_S1Validators):
    def v_02_shares_sum_to_one(self, outputs: S2B_S1.Outputs) -> Findings:
        yield Finding(CODES.SUM_WRONG, "weights", "1", str(outputs.weights.num_rows))

    def v_03_no_share_is_odd(self, outputs: S2B_S1.Outputs) -> Findings:
        return ()

def made(inputs: S2B_S1.Inputs) -> WeightValidators:
    return WeightValidators(inputs, None)
""",
}


def changed(file: str, old: str, new: str, files: dict[str, str] | None = None) -> dict[str, str]:
    files = dict(files or small_contracts())
    assert old in files[file]
    files[file] = files[file].replace(old, new)
    return files


@pytest.fixture(scope="module")
def kernels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated package of the small contracts beside hand-written code that uses it."""
    folder = generated(small_contracts(), tmp_path_factory.mktemp("loop"))
    (folder / "kernels").mkdir()
    for name, text in {"__init__.py": "", **KERNELS}.items():
        (folder / "kernels" / name).write_text(text, encoding="utf-8")
    return folder


def regenerated(folder: Path, files: dict[str, str]) -> None:
    shutil.rmtree(folder / "contracts")
    written(files, folder / "contracts")
    build(folder / "contracts", folder / "generated", folder / "docs" / "contracts")


def test_unchanged_contracts_give_code_that_is_typed_and_complete(kernels: Path) -> None:
    regenerated(kernels, small_contracts())
    assert type_errors(kernels, "generated", "kernels") == []
    program = "import json, kernels.checks as c; print(json.dumps(c.made(None).CARD.id))"
    assert answer(kernels, program) == "2B.S1"


def test_a_renamed_column_is_reported_exactly_where_it_is_used(kernels: Path) -> None:
    regenerated(kernels, changed(SCHEMAS, "name: share,", "name: portion,"))
    errors = type_errors(kernels, "generated", "kernels")
    assert len(errors) == 1
    assert errors[0].startswith("kernels/shares.py:5:")
    assert '"Weights" has no attribute "share"' in errors[0]


def test_a_new_validator_must_be_filled_before_the_state_s_validators_can_be_made(kernels: Path) -> None:
    line = "      - {id: V-03, title: No share is odd, severity: warn, codes: ['051']}\n"
    added = line + "      - {id: V-04, title: Shares ascend, severity: abort, codes: ['050']}\n"
    regenerated(kernels, changed(STATES, line, added))
    errors = type_errors(kernels, "generated", "kernels")
    assert len(errors) == 1
    assert errors[0].startswith("kernels/checks.py:15:")
    assert "v_04_shares_ascend" in errors[0]
    program = """
import json, kernels.checks as c
try:
    c.made(None)
except TypeError as error:
    print(json.dumps(str(error)))
"""
    assert "v_04_shares_ascend" in answer(kernels, program)


def test_a_changed_path_template_moves_the_dataset(tmp_path: Path) -> None:
    old = "data/layer1/2B/weights/seed={seed}/"
    folder = generated(changed(DICTIONARY, old, "data/moved/2B/weights/seed={seed}/"), tmp_path)
    program = """
import json
from generated.paths.s2b import weights
from generated.datasets import BY_ID
path = weights(seed=7, manifest_fingerprint="a" * 64)
print(json.dumps([str(path), weights.parse(path), weights.glob(), str(BY_ID["weights"].path.folder(weights.parse(path)))]))
"""
    moved = f"data/moved/2B/weights/seed=7/manifest_fingerprint={'a' * 64}"
    tokens = {"seed": "7", "manifest_fingerprint": "a" * 64}
    glob = "data/moved/2B/weights/seed=*/manifest_fingerprint=*"
    assert answer(folder, program) == [moved, tokens, glob, moved]


def test_a_narrowed_range_is_a_violation_that_names_column_key_and_value(tmp_path: Path) -> None:
    folder = generated(changed(SCHEMAS, "name: share, type: number, minimum: 0, maximum: 1", "name: share, type: number, minimum: 0, maximum: 0.25"), tmp_path)  # fmt: skip
    program = """
import json, numpy as np
from dataclasses import asdict
from generated.tables.s2b import Weights
from generated.validators.s2b import WEIGHTS
from generated.states.s2b import S2B_S1
table = Weights.from_columns(
    merchant_id=np.array([4, 4], np.uint64), site_order=np.array([1, 2], np.int32), share=np.array([0.25, 0.75])
)
codes = [code.full for check in S2B_S1.CARD.shared("output_shape") for code in check.codes]
print(json.dumps([[asdict(v) for v in WEIGHTS.violations(table.arrow)], codes]))
"""
    violations, codes = answer(folder, program)
    assert violations == [
        {
            "rule": "range",
            "column": "share",
            "row": 1,
            "key": "merchant_id=4, site_order=2",
            "expected": "at most 0.25",
            "found": "0.75",
        }
    ]
    assert codes == ["2B-S1-040"]


def test_drift_names_an_edited_a_missing_and_an_unknown_file(tmp_path: Path) -> None:
    folder = generated(small_contracts(), tmp_path)
    places = folder / "contracts", folder / "generated", folder / "docs" / "contracts"
    assert drift(*places) == []
    for edited in ("generated/tables/s2b.py", "generated/manifest.json", "docs/contracts/s2b.md"):
        target = folder / edited
        data = target.read_bytes()
        target.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        assert drift(*places) == [f"{target}: differs from what the contracts give"]
        target.write_bytes(data)
    (folder / "generated/paths/s2b.py").rename(folder / "generated/paths/old.py")
    assert drift(*places) == [
        f"{folder}/generated/paths/old.py: not emitted by any contract",
        f"{folder}/generated/paths/s2b.py: missing",
    ]


def test_a_contract_change_that_was_not_regenerated_is_drift(tmp_path: Path) -> None:
    folder = generated(small_contracts(), tmp_path)
    shutil.rmtree(folder / "contracts")
    written(
        changed(SCHEMAS, "description: The share of each site.", "description: Each site's share."),
        folder / "contracts",
    )
    lines = drift(folder / "contracts", folder / "generated", folder / "docs" / "contracts")
    assert f"{folder}/generated/tables/s2b.py: differs from what the contracts give" in lines
    assert not any("s1a" in line for line in lines)


def test_build_writes_only_what_changes_and_removes_only_its_own_files(tmp_path: Path) -> None:
    folder = generated(small_contracts(), tmp_path)
    places = folder / "contracts", folder / "generated", folder / "docs" / "contracts"
    times = {path: path.stat().st_mtime_ns for path in folder.rglob("*.py")}
    assert len(times) > 20
    assert build(*places) == []
    stray = folder / "generated" / "tables" / "s9z.py"
    stray.write_bytes((folder / "generated" / "tables" / "s1a.py").read_bytes())
    foreign = folder / "generated" / "notes.txt"
    foreign.write_text("mine", encoding="utf-8")
    assert drift(*places) == [f"{path}: not emitted by any contract" for path in (foreign, stray)]
    assert build(*places) == [stray]
    assert not stray.exists()
    assert foreign.read_text(encoding="utf-8") == "mine"
    assert drift(*places) == [f"{foreign}: not emitted by any contract"]
    assert times == {path: path.stat().st_mtime_ns for path in folder.rglob("*.py")}


def test_faulty_contracts_write_nothing(tmp_path: Path) -> None:
    written(changed(DICTIONARY, "draws/run_id={run_id}/", "draws/{run_id}/"), tmp_path / "contracts")
    with pytest.raises(ContractsInvalid, match="TOKEN"):
        build(tmp_path / "contracts", tmp_path / "generated", tmp_path / "docs")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["contracts"]


PURE = """
import hashlib, json, sys
from pathlib import Path
from codegen.build import rendered
files = rendered(Path(sys.argv[1]))
print(json.dumps({path: hashlib.sha256(text.encode()).hexdigest() for path, text in files.items()}))
"""


def test_the_same_contracts_give_the_same_bytes_anywhere(tmp_path: Path) -> None:
    """Other folder, working directory, settings files, time zone, locale and hash seed: every digest agrees."""
    seen = []
    for name, surroundings in {
        "a": {"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "0", "PYTHONUTF8": "0"},
        "b/deep er": {
            "LC_ALL": "tr_TR.UTF-8",
            "TZ": "Asia/Kathmandu",
            "PYTHONHASHSEED": "4711",
            "COLUMNS": "20",
        },
    }.items():
        folder = tmp_path / name
        written(small_contracts(), folder / "contracts")
        if seen:  # the second folder has settings of its own, which must not count
            (folder / "pyproject.toml").write_text(
                "[tool.ruff]\nline-length = 60\nformat.quote-style = 'single'\n"
                "[tool.datamodel-codegen]\nsnake-case-field = true\nclass-name-prefix = 'X'\n"
            )
        done = subprocess.run(
            [sys.executable, "-c", PURE, str(folder / "contracts")],
            cwd=folder,
            env={**os.environ, **environment(folder), **surroundings, "TMPDIR": str(folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        seen.append(done.stdout)
    assert seen[0] == seen[1]


def test_generated_modules_say_where_they_come_from_and_hold_no_branches(tmp_path: Path) -> None:
    folder = generated(small_contracts(), tmp_path)
    for path in sorted((folder / "generated").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        first = text.splitlines()[0]
        assert first.startswith("# Generated from contracts/"), path
        assert first.endswith("do not edit: change the contract and regenerate."), path
        assert str(folder) not in text
        branches = [
            n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.If | ast.For | ast.While | ast.Try)
        ]
        allowed = [n for n in branches if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING"]
        assert branches == allowed, path


def test_contract_text_cannot_break_out_of_its_literal(tmp_path: Path) -> None:
    nasty = 'It\'s \\"\\"\\" \\\\ {% raw %} {{ x }} \\u2028 # end'
    files = changed(
        SCHEMAS,
        "storage: byte_stream_split, description: The share.",
        f'storage: byte_stream_split, description: "{nasty}"',
    )
    files = changed(STATES, "title: Shares sum to one", f'title: "{nasty}"', files)
    files = changed(
        SCHEMAS,
        "{mode: {const: cap, description: The mode.}",
        f'{{mode: {{const: cap, description: "{nasty}"}}',
        files,
    )
    folder = generated(files, tmp_path)
    program = """
import json
from generated.tables.s2b import Weights
from generated.states.s2b import S2B_S1
import generated.models.s2b, generated.validators.s2b, generated.cli.s2b
print(json.dumps([Weights.share.__doc__, S2B_S1.CARD.validators[1].title]))
"""
    plain = 'It\'s """ \\ {% raw %} {{ x }} \u2028 # end'
    share, title = answer(folder, program)
    assert share == f"{plain} Unit: share."
    assert title == plain


def test_the_repository_s_generated_files_are_what_its_contracts_give() -> None:
    assert drift(REPOSITORY / "contracts", REPOSITORY / "generated", REPOSITORY / "docs" / "contracts") == []


def test_light_modules_stay_light() -> None:
    """Dictionaries, cards, codes and commands load without NumPy, Arrow or Pydantic, so that the command line starts fast."""
    program = """
import sys, json
import generated.datasets, generated.states, generated.errors, generated.paths.s2b, generated.cli
print(json.dumps(sorted({"numpy", "pyarrow", "pydantic", "jinja2", "datamodel_code_generator"} & set(sys.modules))))
"""
    assert answer(REPOSITORY, program) == []
