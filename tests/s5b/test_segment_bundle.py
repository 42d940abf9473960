"""5B.S5 over sound runs: report, issue table and bundle, replay, policies of realism and layout, and their faults."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from codegen.runtime.canonical import document_bytes
from engine.core.blocks import Block
from engine.core.bundles import bundle_documents
from engine.core.digests import FLAG_NAME, INDEX_NAME
from engine.core.gates import verify_bundle
from engine.core.inputs import opened
from engine.core.publish import partition_tokens, record_path
from engine.core.run import RunFolder
from engine.execute.verify import verified
from engine.s5b import segment_checks
from engine.s5b.replayed_blocks import chosen
from engine.s5b.s5_validation_bundle import (
    BUNDLE,
    SegmentValidators,
    flag_findings,
    index_findings,
    validation_bundle,
)
from generated import errors, states
from generated.datasets import BY_ID
from tests.s5b.arrived_runs import (
    BASELINE,
    STRESS,
    copied,
    made_with,
    own_files,
    refused,
    replaced,
    run_report,
    seen_by_s5,
    use_small_blocks,
    validate,
)
from tests.s5b.segment_faults import BUNDLED, Bundled
from tests.support.runs import published_bytes

CARD = states.S5B_S5.CARD
CODES = errors.S5B_S5
REALISM, LAYOUT = "validation_policy_5B", "bundle_layout_policy_5B"
FORMS = ("arrived_original", "parted_arrivals")


@pytest.fixture(scope="module", params=FORMS, ids=["events", "commitments"])
def done(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[RunFolder, bool]:
    """A run with its bundle, and whether its blocks are small; tests must not change it."""
    small = request.param == "parted_arrivals"
    folder = copied(request.getfixturevalue(request.param), tmp_path_factory.mktemp("done"))
    with pytest.MonkeyPatch.context() as patch:
        if small:
            use_small_blocks(patch)
        assert validate(folder, jobs=2).status == "made"
        assert validate(folder).status == "reused"
        if small:
            assert verified(folder.root, replay=1.0).ordered() == []
    return folder, small


@pytest.fixture(scope="module")
def sound(arrived_original: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """Inputs and run as 5B.S5 is handed them."""
    return seen_by_s5(copied(arrived_original, tmp_path_factory.mktemp("sound")))


def report_of(folder: RunFolder) -> dict[str, Any]:
    """The published report."""
    value: dict[str, Any] = json.loads(folder.path(BY_ID["validation_report_5B"]).read_bytes())
    return value


def rows_of(folder: RunFolder, dataset: str) -> int:
    """The published rows of a dataset in all partitions."""
    return sum(
        json.loads(path.read_bytes())["rows"]
        for path in (folder.root / "published" / dataset).rglob("*.json")
    )


# -- what a sound run says -----------------------------------------------------------------------------------------


def test_every_check_of_the_card_passes_over_all_rows(done: tuple[RunFolder, bool]) -> None:
    folder, _ = done
    report = report_of(folder)
    assert [row["id"] for row in report["checks"]] == [spec.id for spec in CARD.validators]
    assert [row["title"] for row in report["checks"]] == [spec.title for spec in CARD.validators]
    assert all(row["status"] == "PASS" and not row["findings"] for row in report["checks"])
    assert report["summary"] == {
        "overall_status": "PASS",
        "fail_count": 0,
        "warn_count": 0,
        "not_run_count": sum(row["status"] == "NOT_RUN" for row in report["realism"]),
        "issues_total": 0,
    }
    checked = {row["id"]: row["rows_checked"] for row in report["checks"]}
    arrivals = rows_of(folder, "s4_arrival_events_5B")
    assert arrivals > 70_000
    assert checked["V-06"] == rows_of(folder, "s1_time_grid_5B") + rows_of(folder, "s1_grouping_5B")
    assert checked["V-07"] == rows_of(folder, "s2_realised_intensity_5B")
    assert checked["V-08"] == checked["V-09"] == rows_of(folder, "s3_bucket_counts_5B")
    assert {checked[f"V-{number}"] for number in range(10, 18)} == {arrivals}
    assert report["scenario_set"] == [BASELINE, STRESS]
    assert report["identity"]["run_id"] == folder.identity.run_id
    for row in report["datasets"]:
        record = json.loads(
            (folder.root / "published" / row["dataset"] / f"{row['partition']}.json").read_bytes()
        )
        assert (row["rows"], row["content_digest"]) == (record["rows"], record["content_digest"])


def test_the_account_of_every_family_is_even(done: tuple[RunFolder, bool]) -> None:
    folder, small = done
    report = report_of(folder)
    families = {row["family_id"]: row for row in report["rng_accounting"]}
    declared = {f.family for s in (states.S5B_S2, states.S5B_S3, states.S5B_S4) for f in s.CARD.rng}
    assert list(families) == sorted(declared)
    for family, row in families.items():
        for kind in ("events", "draws", "blocks"):
            assert row[f"{kind}_expected"] == row[f"{kind}_observed"] != "0"
        rare = family == "S2.latent_vector.v1"
        assert row["evidence"] == ("commitments" if small and not rare else "events")
    assert families["S4.arrival_time_jitter.v1"]["draws_expected"] == str(
        rows_of(folder, "s4_arrival_events_5B")
    )
    for row in report["replay"]["states"]:
        assert row["blocks_identical"] == row["blocks_replayed"]
        assert row["blocks_replayed"] == row["blocks_total"], row["dataset"]  # one a scenario, or share 1
    parts = {row["dataset"]: row["blocks_total"] for row in report["replay"]["states"]}
    assert parts["s4_arrival_events_5B"] == (8 if small else 2)


def test_nothing_is_an_issue(done: tuple[RunFolder, bool]) -> None:
    folder, _ = done
    assert opened(folder, BY_ID["validation_issue_table_5B"]).read().num_rows == 0


def test_the_bundle_holds_the_files_of_the_run_under_its_digest(done: tuple[RunFolder, bool]) -> None:
    """By plain JSON and SHA-256, and by the gate that later segments use."""
    folder, small = done
    place = folder.path(BUNDLE)
    files = {p.relative_to(place).as_posix(): p.read_bytes() for p in place.rglob("*") if p.is_file()}
    entries = json.loads(files[INDEX_NAME])["entries"]
    paths = [entry["path"] for entry in entries]
    assert paths == sorted(paths) == sorted(files.keys() - {INDEX_NAME, FLAG_NAME})
    lines = b""
    for entry in entries:
        assert set(entry) == {"path", "sha256_hex", "role"}
        assert hashlib.sha256(files[entry["path"]]).hexdigest() == entry["sha256_hex"]
        lines += f"{entry['path']}\0{entry['sha256_hex']}\n".encode()
    flag = json.loads(files[FLAG_NAME])
    whole = verify_bundle(place, bundle_law="index_v2", flag_form="json", index_form="entries")
    assert flag == {
        "manifest_fingerprint": folder.identity.manifest_fingerprint,
        "bundle_digest_sha256": whole.bundle_digest,
    }
    assert hashlib.sha256(lines).hexdigest() == whole.bundle_digest

    published = {
        hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.root.rglob("*")
        if path.is_file() and place not in path.parents
    }
    made = {path for path in paths if path.startswith("evidence/rng/rng_trace_log_5B")}
    assert len(made) == 3
    for entry in entries:
        assert entry["path"] in made or entry["sha256_hex"] in published, entry["path"]
    for path in made:
        rows = json.loads(files[path])
        assert rows == last_totals(folder, Path(path).stem)
    roles = {entry["path"]: entry["role"] for entry in entries}
    assert roles["reports/validation_report.json"] == "validation_report"
    assert roles["evidence/s0/s0_gate_receipt.json"] == "gate_receipt"
    assert roles[f"evidence/policies/{LAYOUT}.yaml"] == "policy"
    committed = [path for path, role in roles.items() if role == "rng_commitment"]
    assert len(committed) == (4 * 8 if small else 0)
    record = next(path for path in paths if path.startswith("evidence/publish/s4_arrival_events_5B/"))
    scenario = json.loads(files[record])["partition"].rpartition("/")[2]
    assert record == f"evidence/publish/s4_arrival_events_5B/{scenario}.json"
    stated = record_path("s4_arrival_events_5B", partition_tokens(json.loads(files[record])))
    assert files[record] == (folder.root / stated).read_bytes()


def last_totals(folder: RunFolder, dataset: str) -> list[dict[str, Any]]:
    """The last totals of each label of a trace, by plain JSON."""
    last: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.folder(BY_ID[dataset]).rglob("*.jsonl")):
        for line in path.read_bytes().splitlines():
            row = json.loads(line)
            last[row["substream_label"]] = row
    names = ("module", "substream_label", "events_total", "draws_total", "blocks_total")
    return [{name: last[label][name] for name in names} for label in sorted(last)]


def test_any_number_of_workers_gives_the_same_bytes(
    done: tuple[RunFolder, bool], parted_arrivals: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, small = done
    if not small:
        pytest.skip("one block a scenario leaves nothing to share out")
    use_small_blocks(monkeypatch)
    wanted = published_bytes(folder)  # made by two workers
    for jobs in (1, 3):
        other = copied(parted_arrivals, tmp_path / str(jobs))
        validate(other, jobs)
        assert published_bytes(other) == wanted


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_check_that_opens_a_file_by_itself_is_refused_in_a_worker(
    parted_run: RunFolder, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    whole = segment_checks.EarlierState.judged
    receipt = parted_run.root / "run_receipt.json"

    def judged(state: Any, block: Block) -> Any:
        if block.number == 3:
            receipt.read_bytes()
        return whole(state, block)

    monkeypatch.setattr(segment_checks.EarlierState, "judged", judged)
    with pytest.raises(Exception, match="run_receipt") as caught:
        validate(parted_run, jobs)
    assert caught.value.code.name in ("UNDECLARED_READ", "UNDECLARED_ASSET_ACCESSED")  # type: ignore[attr-defined]
    assert own_files(parted_run) == []


# -- policies ------------------------------------------------------------------------------------------------------


def test_a_statistic_that_should_hold_warns_and_leaves_a_flag(
    arrived_original: RunFolder, tmp_path: Path
) -> None:
    """A layout that leaves the policies out, in the same run: they are not in its bundle."""
    policies = replaced(
        (
            b"  intensity_p99_over_p50: {lower: 2.5, upper: null",
            b"  intensity_p99_over_p50: {lower: 1, upper: 2.0",
        )
    )

    def without_policies(data: bytes) -> bytes:
        head, middle, tail = data.partition(b"  - role: policy\n")
        assert middle
        return head + b"  - role: publish_record\n" + tail.partition(b"  - role: publish_record\n")[2]

    changes = {REALISM: policies, LAYOUT: without_policies}
    folder = made_with(copied(arrived_original, tmp_path), tmp_path, changes, to="5B.S5")
    report = report_of(folder)
    assert (report["summary"]["overall_status"], report["summary"]["fail_count"]) == ("WARN", 0)
    assert report["summary"]["warn_count"] == 3  # the check, and its statistic in two scenarios
    checks = {row["id"]: row for row in report["checks"]}
    assert (checks["V-22"]["status"], checks["V-22"]["findings"]) == ("WARN", 2)
    issues = opened(folder, BY_ID["validation_issue_table_5B"]).read().arrow.to_pylist()
    assert [(row["where"], row["severity"], row["code"]) for row in issues] == [
        (f"intensity_p99_over_p50 of {scenario}", "warn", "5B.S5.REALISM_TARGET_MISSED")
        for scenario in (BASELINE, STRESS)
    ]
    place = folder.path(BUNDLE)
    verify_bundle(place, bundle_law="index_v2", flag_form="json", index_form="entries")
    assert not (place / "evidence" / "policies").exists()
    assert (place / "evidence" / "publish").is_dir()
    assert verified(folder.root, replay=1.0).ordered() == []


@pytest.mark.parametrize(
    ("change", "where"),
    [
        pytest.param(
            replaced((b"nonzero_fraction: {max_score: 6", b"nonzero_fraction: {max_score: 1.0e-9")),
            f"nonzero_fraction of {BASELINE}",
            id="it must hold",
        ),
        pytest.param(
            replaced(
                (b"max_warnings: 20", b"max_warnings: 1"),
                (b"p50: {lower: 2.5, upper: null", b"p50: {lower: 1, upper: 2.0"),
            ),
            "validation_policy_5B /max_warnings",
            id="more warn than may",
        ),
    ],
)
def test_a_run_that_is_not_as_the_policy_wants_it_gets_no_flag(
    arrived_original: RunFolder, tmp_path: Path, change: Any, where: str
) -> None:
    folder = made_with(copied(arrived_original, tmp_path), tmp_path, {REALISM: change})
    findings = refused(folder).findings
    assert {finding.code for finding in findings} == {CODES.REALISM_GATE_FAILED}
    assert where in {finding.where for finding in findings}
    assert run_report(folder)["counters"]["validation_report"]["summary"]["overall_status"] == "FAIL"


def with_layout(inputs: Any, change: Callable[[list[dict[str, Any]]], None]) -> Any:
    """The inputs under another layout of the bundle."""
    policy = inputs.bundle_layout_policy_5B
    content = json.loads(json.dumps(policy.content()))
    change(content["members"])
    return replace(inputs, bundle_layout_policy_5B=type(policy).of(content))


def findings_of(inputs: Any, run: Any, validator: str, outputs: Any) -> list[Any]:
    """What one check finds."""
    spec = next(spec for spec in CARD.validators if spec.id == validator)
    return list(SegmentValidators(inputs, run).findings(spec, outputs))


@pytest.mark.parametrize("dataset", ["rng_commitment_arrival_edge_pick", "no_such_dataset_5B"])
def test_a_member_that_must_be_there_and_is_not_is_missed(sound: tuple[Any, Any], dataset: str) -> None:
    def required(members: list[dict[str, Any]]) -> None:
        members.append(
            {
                "role": "rng_commitment",
                "folder": "evidence/more",
                "content": "files",
                "required": True,
                "datasets": [dataset],
            }
        )

    inputs, run = with_layout(sound[0], required), sound[1].apart()
    (finding,) = findings_of(inputs, run, "V-33", validation_bundle(inputs, run))
    assert finding.code is CODES.BUNDLE_MEMBER_MISSING_OR_HASH_MISMATCH
    assert dataset in finding.where


# -- the checks of the bundle itself -------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", BUNDLED, ids=lambda fault: fault.label)
def test_a_fault_of_the_members_is_found_under_its_code(sound: tuple[Any, Any], fault: Bundled) -> None:
    inputs, run = sound
    outputs = validation_bundle(inputs, run)
    for validator in ("V-32", "V-33", "V-34"):
        assert findings_of(inputs, run, validator, outputs) == []
    members = dict(outputs.validation_bundle_5B)
    named = fault.plant(members)
    found = findings_of(inputs, run, fault.validator, replace(outputs, validation_bundle_5B=members))
    assert {finding.code.name for finding in found} == {fault.code}
    assert any(named in finding.where for finding in found), [finding.where for finding in found]


def test_a_report_that_fails_without_a_check_that_does_is_found(sound: tuple[Any, Any]) -> None:
    inputs, run = sound
    outputs = validation_bundle(inputs, run)
    report = outputs.validation_report_5B
    content = report.content()
    content["summary"] = content["summary"] | {"overall_status": "FAIL"}
    changed = replace(outputs, validation_report_5B=type(report).of(content))
    (finding,) = findings_of(inputs, run, "V-34", changed)
    assert finding.code is CODES.BUNDLE_DIGEST_MISMATCH


MEMBERS = {"a.json": b"1\n", "b/c.json": b"2\n"}
ROLES = {"a.json": "one", "b/c.json": "two"}


def entry(path: str, **changes: str) -> dict[str, str]:
    """A line of an index."""
    digest = hashlib.sha256(MEMBERS.get(path, b"")).hexdigest()
    return {"path": path, "sha256_hex": digest, "role": ROLES.get(path, "none"), **changes}


A, C = entry("a.json"), entry("b/c.json")


@pytest.mark.parametrize(
    ("index", "where"),
    [
        pytest.param(b"[", INDEX_NAME, id="no JSON"),
        pytest.param(b'{"entries":[],"entries":[]}', INDEX_NAME, id="a name twice"),
        pytest.param(document_bytes([A, C]), INDEX_NAME, id="a list"),
        pytest.param(document_bytes({"entries": [A, {"path": "b/c.json"}]}), INDEX_NAME, id="fields missing"),
        pytest.param(document_bytes({"entries": [C, A]}), f"{INDEX_NAME} a.json", id="order"),
        pytest.param(document_bytes({"entries": [A, A, C]}), f"{INDEX_NAME} a.json", id="twice"),
        pytest.param(document_bytes({"entries": [A]}), f"{INDEX_NAME} b/c.json", id="one missing"),
        pytest.param(document_bytes({"entries": [A, C, entry("d")]}), f"{INDEX_NAME} d", id="one more"),
        pytest.param(document_bytes({"entries": [entry("/x"), A, C]}), f"{INDEX_NAME} /x", id="absolute"),
        pytest.param(
            document_bytes({"entries": [A, C | {"sha256_hex": "0" * 64}]}),
            f"{INDEX_NAME} b/c.json sha256_hex",
            id="digest",
        ),
        pytest.param(
            document_bytes({"entries": [A | {"role": "two"}, C]}), f"{INDEX_NAME} a.json role", id="role"
        ),
    ],
)
def test_each_fault_of_an_index_is_found(index: bytes, where: str) -> None:
    assert list(index_findings(document_bytes({"entries": [A, C]}), MEMBERS, ROLES)) == []
    found = list(index_findings(index, MEMBERS, ROLES))
    assert {finding.code for finding in found} == {CODES.BUNDLE_INDEX_INVALID}
    assert where in {finding.where for finding in found}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda flag: flag.replace(b"bundle_digest_sha256", b"digest"), id="another name"),
        pytest.param(lambda flag: flag + b"more\n", id="more"),
        pytest.param(
            lambda flag: document_bytes(json.loads(flag) | {"bundle_digest_sha256": "0" * 64}), id="another"
        ),
    ],
)
def test_each_fault_of_a_flag_is_found(change: Callable[[bytes], bytes]) -> None:
    _, flag = bundle_documents(
        MEMBERS,
        bundle_law="index_v2",
        flag_form="json",
        index_form="entries",
        manifest_fingerprint="0" * 64,
        roles=ROLES,
    )
    assert list(flag_findings(flag, MEMBERS)) == []
    assert {f.code for f in flag_findings(change(flag), MEMBERS)} == {CODES.BUNDLE_DIGEST_MISMATCH}


# -- which blocks are computed again -------------------------------------------------------------------------------


def plainly_chosen(
    identity: Any, dataset: str, scenario: str, numbers: list[int], share: float, least: int
) -> set[int]:
    """The block numbers that the law of the policy chooses in a scenario, by whole numbers."""
    ranked = []
    for number in numbers:
        text = f"5B.replay|{identity.manifest_fingerprint}|{identity.seed}|{dataset}|{scenario}|{number}"
        ranked.append((int(hashlib.sha256(text.encode()).hexdigest()[:16], 16), number))
    below = {number for word, number in ranked if word / 2**64 < share}
    return below | {number for _, number in sorted(ranked)[:least]}


@pytest.mark.parametrize(("share", "least"), [(0.0, 0), (0.0, 1), (0.02, 1), (0.3, 2), (0.3, 0), (1.0, 1)])
def test_blocks_are_chosen_by_their_digests(sound: tuple[Any, Any], share: float, least: int) -> None:
    inputs, run = sound
    policy = inputs.validation_policy_5B
    replay = {**policy.replay.content(), "share": share, "min_blocks_per_dataset": least}
    changed = replace(
        inputs,
        validation_policy_5B=policy.model_copy(
            update={"replay": type(policy.replay).model_construct(**replay)}
        ),
    )
    plan = tuple(Block(n, n % 60, n % 60 + 1, (BASELINE, STRESS)[n // 60]) for n in range(120))
    found = chosen(changed, run, "s4_arrival_events_5B", plan)
    wanted: set[int] = set()
    for scenario, numbers in ((BASELINE, range(60)), (STRESS, range(60, 120))):
        wanted |= plainly_chosen(run.identity, "s4_arrival_events_5B", scenario, list(numbers), share, least)
    assert [block.number for block in found] == sorted(wanted)
    if share == 1.0:
        assert found == list(plan)
    if (share, least) == (0.0, 1):
        assert len(found) == 2
    assert found != chosen(changed, run, "s3_bucket_counts_5B", plan) or share in (0.0, 1.0)
