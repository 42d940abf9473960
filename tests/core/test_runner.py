"""The state runner: what it refuses of a law, under which code, and what it leaves behind."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest

from codegen.runtime import strict_yaml
from codegen.runtime.cards import StateCard
from codegen.runtime.findings import Finding, Violation
from codegen.runtime.resources import contracts_root
from engine.core import publish, registry, runner
from engine.core.blocks import Block, Blocks
from engine.core.errors import (
    ConflictReason,
    EngineError,
    PublishConflict,
    PublishFailure,
    PublishReason,
    PublishUnknown,
)
from engine.core.guard import AccessRefused
from engine.core.run import RunFolder
from engine.core.runner import StateAborted, inputs_key, run_state
from engine.core.validation import RUNNERS_OWN, Verdicts, reported_under, shared_code, table_findings
from engine.core.work import published_datasets
from engine.execute.session import run_context
from generated import errors, states
from generated.datasets import BY_ID
from tests.support.runs import built, flipped, published_bytes, run_to, without

Law = Callable[[Any, Any], Any]

CARDS = pytest.mark.parametrize("card", states.CARDS, ids=lambda card: card.id)


def planted(monkeypatch: pytest.MonkeyPatch, state: str, changed: Callable[[Law], Law]) -> None:
    """Replace the law of a state by one that is made from it."""
    law = registry.law_of(states.BY_ID[state].CARD)
    monkeypatch.setitem(registry._LAWS, state, changed(law))


def one_state(folder: RunFolder, state: str) -> runner.StateResult:
    return run_state(states.BY_ID[state], folder, run_context(folder, 1))


def code_of(caught: pytest.ExceptionInfo[EngineError]) -> tuple[str, str]:
    """The owner and the name of an error's code."""
    code = caught.value.code
    return code.full.rpartition("-")[0], code.name


def report_of(folder: RunFolder, state: str) -> dict[str, Any]:
    segment, _, name = state.partition(".")
    value: dict[str, Any] = json.loads(folder.path(BY_ID[f"run_report_{segment}_{name}"]).read_text())
    return value


# -- codes -----------------------------------------------------------------------------------------------------


@CARDS
def test_every_card_has_or_borrows_a_code_for_every_failure_that_any_state_can_meet(card: StateCard) -> None:
    evidence = {"where": "here", "expected": "this", "found": "that"}
    failures: list[Exception] = [
        AccessRefused(reason, "/a/file") for reason in ("network", "undeclared", "literal")
    ]
    failures += [PublishConflict(**evidence, reason=reason) for reason in ConflictReason]
    failures += [PublishFailure(**evidence, reason=reason) for reason in PublishReason]
    failures += [PublishUnknown(**evidence, reason=reason) for reason in PublishReason]
    for failure in failures:
        with pytest.raises(EngineError) as caught, runner._translated(card):
            raise failure
        owner = caught.value.code.full
        named = {code.name for code in card.errors.values()}
        assert caught.value.code in card.errors.values() or caught.value.code.name not in named, owner


def test_an_access_is_refused_under_the_card_s_code_where_it_has_one() -> None:
    card = states.S2B_S3.CARD
    for reason, name in (
        ("network", "NETWORK_IO_ATTEMPT"),
        ("undeclared", "UNDECLARED_ASSET_ACCESSED"),
        ("literal", "PROHIBITED_LITERAL_PATH"),
    ):
        with pytest.raises(EngineError) as caught, runner._translated(card):
            raise AccessRefused(reason, "/a/file")
        assert code_of(caught) == ("2B-S3", name)


@CARDS
def test_a_broken_table_is_reported_for_every_output_of_every_card(card: StateCard) -> None:
    """Also where the card lists no validator for it: then under the engine's own code, and it aborts all the same."""
    for dataset in card.writes:
        for rule in ("key", "order", "partition", "range", "null", "column", "type", "enum"):
            violation = Violation(rule, "a_column", 0, "key", "this", "that")
            ((validator, finding),) = table_findings(card, dataset, [violation])
            assert finding.expected == "this"
            verdicts = Verdicts(card)
            verdicts.add({validator: [finding]})
            assert verdicts.failures() == [finding]


@CARDS
def test_a_wrong_creation_time_or_token_is_never_dropped_for_want_of_a_validator(card: StateCard) -> None:
    for check in ("created_utc", "path_embed"):
        for dataset in card.writes:
            validator, code = reported_under(card, (check,), dataset.id)
            own = shared_code(card, check, dataset.id)
            assert (own is None) == (validator == RUNNERS_OWN)
            assert own is None or code == own[1]


def test_a_shared_check_of_some_outputs_is_not_reported_for_others() -> None:
    card = states.S2B_S0.CARD
    receipt = shared_code(card, "output_shape", "s0_gate_receipt_2B")
    inventory = shared_code(card, "output_shape", "sealed_inputs_2B")
    assert receipt is not None and inventory is not None
    assert (receipt[0].id, inventory[0].id) == ("V-06", "V-07")
    assert shared_code(card, "output_shape", "another") is None


# -- what a law may not do --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("touch", "name"),
    [
        (lambda folder: (folder.root / "run_receipt.json").read_bytes(), "UNDECLARED_ASSET_ACCESSED"),
        (lambda _folder: Path("pyproject.toml").read_bytes(), "PROHIBITED_LITERAL_PATH"),
        (lambda _folder: socket.create_connection(("127.0.0.1", 9)), "NETWORK_IO_ATTEMPT"),
    ],
    ids=["file of the run", "file elsewhere", "network"],
)
@pytest.mark.parametrize("when", ["plan", "block"])
def test_a_law_that_reads_for_itself_is_stopped_and_publishes_nothing(
    tiny_run: RunFolder,
    monkeypatch: pytest.MonkeyPatch,
    touch: Callable[[RunFolder], object],
    name: str,
    when: str,
) -> None:
    without(tiny_run, "s3_day_effects", "rng_audit_log_2B_S3", "s4_group_weights")
    before = published_bytes(tiny_run)

    def curious(law: Law) -> Law:
        def changed(inputs: Any, run: Any) -> Any:
            blocks = law(inputs, run)
            if when == "plan":
                touch(tiny_run)

            def compute(block: Block) -> Any:
                touch(tiny_run)
                return blocks.compute(block)

            return Blocks(blocks.plan, compute)

        return changed

    planted(monkeypatch, "2B.S3", curious)
    with pytest.raises(EngineError) as caught:
        one_state(tiny_run, "2B.S3")
    assert code_of(caught) == ("2B-S3", name)
    assert published_bytes(tiny_run) == before
    assert list((tiny_run.root / "tmp").iterdir()) == []
    assert report_of(tiny_run, "2B.S3")["details"]["error"]["code"] == caught.value.code.full


def test_validators_are_guarded_like_the_law(tiny_run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    without(tiny_run, "s4_group_weights")
    validators = registry.validators_of(states.S2B_S4.CARD)
    assert validators is not None

    def curious(_self: object, _outputs: object) -> list[Finding]:
        (tiny_run.root / "run_receipt.json").read_bytes()
        return []

    monkeypatch.setattr(validators, "v_12_the_days_are_those_of_s3_day_effects", curious)
    with pytest.raises(EngineError) as caught:
        one_state(tiny_run, "2B.S4")
    assert caught.value.code.name == "UNDECLARED_ASSET_ACCESSED"


# -- what a law must give ---------------------------------------------------------------------------------------


def test_a_law_that_leaves_a_required_output_out_publishes_nothing(
    tiny_run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(tiny_run, "s2_alias_index", "s2_alias_blob")
    before = published_bytes(tiny_run)
    planted(
        monkeypatch,
        "2B.S2",
        lambda law: lambda inputs, run: replace(law(inputs, run), s2_alias_blob=None),
    )
    monkeypatch.setitem(registry._VALIDATORS, "2B.S2", None)
    monkeypatch.setattr(runner, "validators_of", lambda _card: None)
    with pytest.raises(StateAborted) as caught:
        one_state(tiny_run, "2B.S2")
    assert [finding.where for finding in caught.value.findings] == ["s2_alias_blob"]
    assert published_bytes(tiny_run) == before


def test_a_plan_without_blocks_publishes_tables_and_streams_without_rows(
    tiny_run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(tiny_run, "s3_day_effects", "rng_audit_log_2B_S3", "s4_group_weights")
    planted(monkeypatch, "2B.S3", lambda law: lambda inputs, run: Blocks((), law(inputs, run).compute))
    result = one_state(tiny_run, "2B.S3")
    assert result.status == "made"
    assert {record["dataset"]: record["rows"] for record in result.datasets} == {
        "s3_day_effects": 0,
        "rng_audit_log_2B_S3": 0,
    }
    assert one_state(tiny_run, "2B.S3").status == "reused"


def test_a_law_without_blocks_must_give_its_tables(
    tiny_run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(tiny_run, "s1_site_weights")
    planted(monkeypatch, "2B.S1", lambda _law: lambda _inputs, _run: SimpleNamespace(s1_site_weights=None))
    monkeypatch.setattr(runner, "validators_of", lambda _card: None)
    with pytest.raises(StateAborted) as caught:
        one_state(tiny_run, "2B.S1")
    assert caught.value.code.full == "2B-S1-040"


def test_optional_outputs_are_published_before_required_ones_and_bundles_last() -> None:
    for card in states.CARDS:
        ranks = [(dataset.kind == "bundle", dataset.required) for dataset in published_datasets(card)]
        assert ranks == sorted(ranks), card.id


def test_findings_of_later_blocks_do_not_depend_on_how_many_run_at_once(
    tiny_run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first block in order that breaks a law ends the state, whichever finished first."""
    without(tiny_run, "s4_group_weights")

    def broken(law: Law) -> Law:
        def changed(inputs: Any, run: Any) -> Any:
            blocks = law(inputs, run)
            plan = tuple(Block(number, 0, 12) for number in range(6))

            def compute(block: Block) -> Any:
                outputs = blocks.compute(replace(block, number=0))
                table = outputs.s4_group_weights
                return replace(outputs, s4_group_weights=table.rows(block.number, table.num_rows))

            return Blocks(plan, compute)

        return changed

    planted(monkeypatch, "2B.S4", broken)
    seen = []
    for jobs in (1, 4):
        with pytest.raises(StateAborted) as caught:
            run_state(states.S2B_S4, tiny_run, run_context(tiny_run, jobs))
        seen.append(caught.value.findings)
    assert seen[0] == seen[1]


# -- gate evidence ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dataset", ["s0_gate_receipt_2B", "sealed_inputs_2B"])
@pytest.mark.parametrize("damage", ["removed", "changed"])
def test_a_state_without_whole_gate_evidence_says_so_under_its_own_code(
    tiny_run: RunFolder, dataset: str, damage: str
) -> None:
    path = tiny_run.path(BY_ID[dataset])
    if damage == "removed":
        path.unlink()
    else:
        flipped(path)
    for state in ("2B.S1", "2B.S2", "2B.S3", "2B.S4"):
        with pytest.raises(EngineError) as caught:
            one_state(tiny_run, state)
        assert code_of(caught) == (state.replace(".", "-"), "S0_RECEIPT_MISSING")


def test_the_gate_evidence_of_another_run_of_the_same_world_opens_nothing(
    tiny_run: RunFolder, tmp_path: Path
) -> None:
    """Another seed: the fingerprint, and so the place of the evidence, is the same; what it sealed is not."""
    other = built(tmp_path / "other", to="2B.S0", seed=43)
    assert other.identity.manifest_fingerprint == tiny_run.identity.manifest_fingerprint
    for name in ("s0_gate_receipt_2B", "sealed_inputs_2B"):
        dataset = BY_ID[name]
        record = publish.record_path(name, tiny_run.partition(dataset))
        for place in (dataset.path.resolve(tiny_run.tokens).as_posix(), record):
            (tiny_run.root / place).write_bytes((other.root / place).read_bytes())
    for state in ("2B.S1", "2B.S2"):
        with pytest.raises(EngineError) as caught:
            one_state(tiny_run, state)
        assert code_of(caught) == (state.replace(".", "-"), "S0_RECEIPT_MISSING")
        assert (caught.value.expected, caught.value.found) == ("42", "43")


@pytest.mark.parametrize(
    ("state", "missing"),
    [("2B.S2", "s1_site_weights"), ("2B.S3", "s1_site_weights"), ("2B.S4", "s3_day_effects")],
)
def test_a_state_before_the_state_whose_output_it_reads_names_that_state(
    tiny_run: RunFolder, state: str, missing: str
) -> None:
    without(tiny_run, missing)
    with pytest.raises(EngineError) as caught:
        one_state(tiny_run, state)
    assert code_of(caught) == (state.replace(".", "-"), "DICTIONARY_RESOLUTION_ERROR")
    assert BY_ID[missing].produced_by in caught.value.expected


def test_a_published_file_that_is_gone_is_no_matter_of_the_gate(tiny_run: RunFolder) -> None:
    next(tiny_run.root.glob("data/**/s1_site_weights/**/*.parquet")).unlink()
    with pytest.raises(EngineError) as caught:
        one_state(tiny_run, "2B.S2")
    assert (caught.value.code.name, caught.value.exit_code) == ("PUBLISH_RECORD_MISMATCH", 4)
    assert "copy" in caught.value.code.remedy


# -- inputs key -------------------------------------------------------------------------------------------------


def test_the_inputs_key_moves_with_everything_that_it_covers(tiny_original: RunFolder) -> None:
    card, folder = states.S2B_S3.CARD, tiny_original
    digests = {read.dataset.id: "a" * 64 for read in card.reads}
    base = inputs_key(card, folder, digests, None)
    changes = {
        "the law version": inputs_key(
            card, replace(folder, identity=replace(folder.identity, law_version=9)), digests, None
        ),
        "the contract": inputs_key(replace(card, contract_digest="b" * 64), folder, digests, None),
        "the creation time": inputs_key(
            card,
            replace(folder, identity=replace(folder.identity, created_utc="2030-01-01T00:00:00.000000Z")),
            digests,
            None,
        ),
        "a token that its draws depend on": inputs_key(
            card, replace(folder, identity=replace(folder.identity, seed=7)), digests, None
        ),
        "an input": inputs_key(card, folder, {**digests, "s1_site_weights": "c" * 64}, None),
        "a policy": inputs_key(card, folder, {**digests, "day_effect_policy_v1": "c" * 64}, None),
    }
    assert len({base, *changes.values()}) == len(changes) + 1
    receipt = {**digests, "s0_gate_receipt_2B": "c" * 64}
    assert inputs_key(card, folder, receipt, None) == base, "the receipt names the run, not what S3 reads"
    relabelled = replace(folder, identity=replace(folder.identity, run_id="0" * 32))
    assert inputs_key(card, relabelled, digests, None) == base


# -- run reports ------------------------------------------------------------------------------------------------


def _schema(pointer: str) -> dict[str, Any]:
    path = contracts_root() / "layer1" / "schemas.layer1.yaml"
    pack: Any = strict_yaml.load(path.read_bytes(), name=path.name).value
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": f"#{pointer}", **pack}


def _assert_fits(value: Any, pointer: str) -> None:
    jsonschema.Draft202012Validator(_schema(pointer)).validate(value)


def test_run_reports_and_the_list_of_state_runs_have_their_contracted_shape(
    tiny_run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of states that were made, reused, and that failed by a finding, by an error and by a seal."""
    run_to(tiny_run, "2B.S4")
    without(tiny_run, "s3_day_effects", "rng_audit_log_2B_S3", "s4_group_weights")
    planted(
        monkeypatch,
        "2B.S3",
        lambda law: (
            lambda inputs, run: Blocks(
                (block := law(inputs, run)).plan,
                lambda b: replace(
                    block.compute(b), s3_day_effects=block.compute(b).s3_day_effects.rows(1, 5)
                ),
            )
        ),
    )
    with pytest.raises(StateAborted):
        one_state(tiny_run, "2B.S3")
    flipped(next(tiny_run.root.glob("data/**/s1_site_weights/**/*.parquet")))
    with pytest.raises(EngineError):
        one_state(tiny_run, "2B.S2")
    statuses = set()
    for path in sorted(tiny_run.root.glob("reports/**/run_report.json")):
        report = json.loads(path.read_text())
        _assert_fits(report, "/logs/run_report")
        statuses.add(report["status"])
    assert statuses == {"done", "failed"}
    lines = (tiny_run.root / "reports/segment_state_runs.jsonl").read_text().splitlines()
    for line in lines:
        _assert_fits(json.loads(line), "/logs/segment_state_run")
    assert {json.loads(line)["status"] for line in lines} == {"done", "reused", "failed"}
    assert report_of(tiny_run, "2B.S3")["details"]["findings"]


def statuses_of(folder: RunFolder, state: str) -> dict[str, set[str]]:
    """The validators of a state's report by their status."""
    found: dict[str, set[str]] = {}
    for row in report_of(folder, state)["validators"]:
        found.setdefault(row["status"], set()).add(row["id"])
    return found


def test_a_validator_that_was_not_asked_about_every_row_is_never_reported_as_passed(
    tiny_run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the state ended at a seal, in its law, or at the validators of a block."""
    without(tiny_run, "s3_day_effects", "rng_audit_log_2B_S3", "s4_group_weights")
    law = registry.law_of(states.S2B_S3.CARD)
    every = {validator.id for validator in states.S2B_S3.CARD.validators}

    def shortened(inputs: Any, run: Any) -> Any:
        blocks = law(inputs, run)

        def compute(block: Block) -> Any:
            outputs = blocks.compute(block)
            return replace(outputs, s3_day_effects=outputs.s3_day_effects.rows(0, 5))

        return Blocks(blocks.plan, compute)

    monkeypatch.setitem(registry._LAWS, "2B.S3", shortened)
    with pytest.raises(StateAborted):
        one_state(tiny_run, "2B.S3")
    assert statuses_of(tiny_run, "2B.S3") == {"FAIL": {"V-06", "V-20"}, "NOT_RUN": every - {"V-06", "V-20"}}

    def refusing(_inputs: Any, _run: Any) -> Any:
        raise StateAborted([Finding(errors.S2B_S3.DAY_RANGE_INVALID, "day_range", "days", "none")])

    monkeypatch.setitem(registry._LAWS, "2B.S3", refusing)
    with pytest.raises(StateAborted):
        one_state(tiny_run, "2B.S3")
    assert statuses_of(tiny_run, "2B.S3") == {"FAIL": {"V-04"}, "NOT_RUN": every - {"V-04"}}
    flipped(tiny_run.path(BY_ID["s0_gate_receipt_2B"]))
    with pytest.raises(EngineError):
        one_state(tiny_run, "2B.S3")
    assert statuses_of(tiny_run, "2B.S3") == {"FAIL": {"V-01"}, "NOT_RUN": every - {"V-01"}}


def test_the_report_of_a_failure_gives_way_once_the_outputs_are_there(tiny_run: RunFolder) -> None:
    path = tiny_run.root / next(tiny_run.root.glob("data/**/s1_site_weights/**/*.parquet")).relative_to(
        tiny_run.root
    )
    made = report_of(tiny_run, "2B.S2")
    flipped(path)
    with pytest.raises(EngineError):
        one_state(tiny_run, "2B.S2")
    assert report_of(tiny_run, "2B.S2")["status"] == "failed"
    flipped(path)
    one_state(tiny_run, "2B.S2")
    assert report_of(tiny_run, "2B.S2")["status"] == "reused"
    one_state(tiny_run, "2B.S3")
    assert made["status"] == report_of(tiny_run, "2B.S3")["status"] == "done"


def test_validators_of_a_gate_that_comes_to_the_same_again_ran(tiny_run: RunFolder) -> None:
    """A gate is asked each time; that its bytes were there already does not make its validators not run."""
    (tiny_run.root / tiny_run.path(BY_ID["run_report_2B_S0"])).unlink()
    assert one_state(tiny_run, "2B.S0").status == "reused"
    statuses = {row["status"] for row in report_of(tiny_run, "2B.S0")["validators"]}
    assert statuses <= {"PASS", "WARN"}
    one_state(tiny_run, "2B.S1")
    without(tiny_run, "s1_site_weights")
    assert one_state(tiny_run, "2B.S1").status == "made"


def test_a_partition_that_lacks_only_its_record_is_completed(tiny_run: RunFolder) -> None:
    """The instant between the rename and the record: the files are there, the record is not."""
    (record,) = tiny_run.root.glob("published/s4_group_weights/**/*.json")
    whole = record.read_bytes()
    record.unlink()
    assert one_state(tiny_run, "2B.S4").status in ("made", "reused")
    assert record.read_bytes() == whole
    assert publish.read_record(
        tiny_run.root, "s4_group_weights", tiny_run.partition(BY_ID["s4_group_weights"])
    )
