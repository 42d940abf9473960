"""What moves the digest of the contracts, and what does not."""

from __future__ import annotations

import pytest

from codegen.build import catalogue
from codegen.digest import contracts_digest, dataset_digest, state_digest
from codegen.ir import Contracts
from tests.codegen.small_contracts import encoded, small_contracts
from tests.codegen.test_diff import CHANGES, Edit

SCHEMAS = "layer1/2B/schemas.2B.yaml"
REGISTRY = "layer1/2B/artefact_registry_2B.yaml"
DICTIONARY = "layer1/2B/dataset_dictionary.layer1.2B.yaml"
STATES = "layer1/2B/states.2B.yaml"


def edited(*edits: Edit) -> Contracts:
    files = small_contracts()
    for file, old, new in edits:
        assert old in files[file], old
        files[file] = files[file].replace(old, new)
    return catalogue(encoded(files))


PROSE: list[Edit] = [
    *(edit for edit, severity, *_ in CHANGES if severity == "prose"),
    (REGISTRY, "owner: plan", "owner: somebody"),
    (DICTIONARY, "licence: CC0-1.0", "licence: CC-BY-4.0"),
    (STATES, "title: Weights", "title: The weights"),
    (STATES, "when_absent: Every merchant has one site.", "when_absent: One site each."),
    (STATES, "help: Weigh the sites.", "help: Weigh them."),
    (SCHEMAS, "plan:\n", "# a comment\n\nplan:\n"),
]


@pytest.mark.parametrize("edit", PROSE, ids=lambda edit: edit[2].strip()[:40])
def test_words_do_not_move_the_digest(edit: Edit) -> None:
    assert contracts_digest(edited(edit)) == contracts_digest(edited())


@pytest.mark.parametrize(
    "edit", [edit for edit, severity, *_ in CHANGES if severity != "prose"], ids=lambda e: e[2][:40]
)
def test_meaning_moves_the_digest(edit: Edit) -> None:
    assert contracts_digest(edited(edit)) != contracts_digest(edited())


def test_a_property_named_like_a_prose_keyword_counts() -> None:
    line = "      version: {type: string, minLength: 1, description: The version.}\n"
    title = edited((SCHEMAS, line, line + "      title: {type: string, description: A title.}\n"))
    assert contracts_digest(title) != contracts_digest(edited())


def test_a_state_s_digest_moves_with_its_card_and_with_what_it_touches_only() -> None:
    def digests(contracts: Contracts) -> dict[str, str]:
        return {state.id: state_digest(contracts, state) for state in contracts.states.values()}

    before = digests(edited())

    def moved(*edits: Edit) -> set[str]:
        after = digests(edited(*edits))
        return {name for name, digest in after.items() if digest != before[name]}

    assert moved((SCHEMAS, "name: share,", "name: portion,")) == {"2B.S1"}
    assert moved(("layer1/1A/schemas.1A.yaml", "maximum: 1000", "maximum: 999")) == {
        "1A.S0",
        "2B.S0",
        "2B.S1",
    }
    assert moved((STATES, "severity: warn", "severity: abort")) == {"2B.S1"}
    assert moved((SCHEMAS, "{mode: {const: none", "{mode: {const: nothing")) == {"2B.S0", "2B.S1"}
    assert moved((SCHEMAS, "description: The share.}", "description: It.}")) == set()


def test_a_dataset_s_digest_moves_with_its_entry_and_its_shape_only() -> None:
    def digest(*edits: Edit) -> str:
        contracts = edited(*edits)
        return dataset_digest(contracts, contracts.datasets["weights"])

    before = digest()
    assert digest((SCHEMAS, "name: share,", "name: portion,")) != before
    assert digest(("layer1/1A/schemas.1A.yaml", "maximum: 1000", "maximum: 999")) == before
    assert digest((STATES, "severity: warn", "severity: abort")) == before
    assert digest((SCHEMAS, "description: The share.}", "description: It.}")) == before
