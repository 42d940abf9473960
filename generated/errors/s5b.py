# Generated from contracts/layer2/5B/states.5B.yaml (sha256 b4a9082f...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Error codes of the states of 5B."""

from __future__ import annotations

from typing import ClassVar

from codegen.runtime.errors import ErrorCode


class S5B_S0:
    """Codes of 5B.S0, Gate."""

    UPSTREAM_GATE_MISSING: ClassVar = ErrorCode(
        full="5B.S0.UPSTREAM_GATE_MISSING",
        name="UPSTREAM_GATE_MISSING",
        kind="gate",
        message="{where}: an upstream segment has no bundle or no flag: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Build the world with `closedworld world build` and run 2B, or copy the missing segment into the run; without its flag a segment is not read.",
    )
    UPSTREAM_GATE_MISMATCH: ClassVar = ErrorCode(
        full="5B.S0.UPSTREAM_GATE_MISMATCH",
        name="UPSTREAM_GATE_MISMATCH",
        kind="gate",
        message="{where}: an upstream bundle is not the one that its flag vouches for: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Do not use the bundle: fetch it again from its producer or rebuild the segment, since a file in it has changed.",
    )
    CATALOGUE_INCOMPLETE: ClassVar = ErrorCode(
        full="5B.S0.CATALOGUE_INCOMPLETE",
        name="CATALOGUE_INCOMPLETE",
        kind="gate",
        message="{where}: the catalogue does not say where an input lies or what it looks like: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check that the run was made with these contracts (`closedworld contracts check`) and that its folder is whole.",
    )
    SEALED_INPUTS_INCOMPLETE: ClassVar = ErrorCode(
        full="5B.S0.SEALED_INPUTS_INCOMPLETE",
        name="SEALED_INPUTS_INCOMPLETE",
        kind="gate",
        message="{where}: an input that 5B cannot do without is not there: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Make the missing dataset with the state or command that produces it, for every scenario of the run, and run 5B.S0 again.",
    )
    SEALED_INPUTS_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="5B.S0.SEALED_INPUTS_SCHEMA_INVALID",
        name="SEALED_INPUTS_SCHEMA_INVALID",
        kind="finding",
        message="{where}: the list of sealed inputs does not have its contracted shape or order: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; correct the input or registry entry that the field named was taken from.",
    )
    SEALED_INPUTS_DUPLICATE_KEY: ClassVar = ErrorCode(
        full="5B.S0.SEALED_INPUTS_DUPLICATE_KEY",
        name="SEALED_INPUTS_DUPLICATE_KEY",
        kind="input",
        message="{where}: two inputs claim the same id: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Keep one file for each id under the config and inputs of the run, and run 5B.S0 again.",
    )
    GATE_RECEIPT_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="5B.S0.GATE_RECEIPT_SCHEMA_INVALID",
        name="GATE_RECEIPT_SCHEMA_INVALID",
        kind="finding",
        message="{where}: the gate receipt does not have its contracted shape: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; correct the run receipt or bundle that the field named was taken from.",
    )
    GATE_RECEIPT_DIGEST_MISMATCH: ClassVar = ErrorCode(
        full="5B.S0.GATE_RECEIPT_DIGEST_MISMATCH",
        name="GATE_RECEIPT_DIGEST_MISMATCH",
        kind="finding",
        message="{where}: receipt and inventory do not belong together: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; run 5B.S0 again on unchanged inputs, and report it if they still differ.",
    )
    RUN_IDENTITY_INVALID: ClassVar = ErrorCode(
        full="5B.S0.RUN_IDENTITY_INVALID",
        name="RUN_IDENTITY_INVALID",
        kind="gate",
        message="{where}: the identity of the run does not follow from its inputs: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Put the config of the run back as it was, or make the run of the edited policies with `closedworld run --config DIR`.",
    )
    SCENARIO_SET_INVALID: ClassVar = ErrorCode(
        full="5B.S0.SCENARIO_SET_INVALID",
        name="SCENARIO_SET_INVALID",
        kind="input",
        message="{where}: the scenarios of the run cannot be realised: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Name scenarios that scenario_manifest_5A has, or leave --scenarios out to take all of them.",
    )
    POLICY_VERSION_MISMATCH: ClassVar = ErrorCode(
        full="5B.S0.POLICY_VERSION_MISMATCH",
        name="POLICY_VERSION_MISMATCH",
        kind="input",
        message="{where}: the version of a policy is not one that the dictionary admits: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Use a policy of the admitted version, or raise the version in the dictionary and regenerate when the new meaning is wanted.",
    )
    IO_WRITE_CONFLICT: ClassVar = ErrorCode(
        full="5B.S0.IO_WRITE_CONFLICT",
        name="IO_WRITE_CONFLICT",
        kind="conflict",
        message="{where}: 5B.S0 already published this partition with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; start another run (another seed, label or policy), or look at the difference with `closedworld runs diff`.",
    )
    IO_WRITE_FAILED: ClassVar = ErrorCode(
        full="5B.S0.IO_WRITE_FAILED",
        name="IO_WRITE_FAILED",
        kind="environment",
        message="{where}: the outputs of 5B.S0 could not be moved into place as a whole: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Free disk space or correct the permissions of the runs folder and run the state again; nothing half-written was left.",
    )


class S5B_S1:
    """Codes of 5B.S1, Time grid and grouping."""

    S0_GATE_MISSING: ClassVar = ErrorCode(
        full="5B.S1.S0_GATE_MISSING",
        name="S0_GATE_MISSING",
        kind="gate",
        message="{where}: 5B.S1 needs the gate evidence of 5B.S0 and cannot use it: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld 5b s0 --run latest`; if it has run, compare the files named with their publish records before you run 5B.S1 again.",
    )
    UPSTREAM_NOT_PASS: ClassVar = ErrorCode(
        full="5B.S1.UPSTREAM_NOT_PASS",
        name="UPSTREAM_NOT_PASS",
        kind="gate",
        message="{where}: an input of 5B.S1 is no longer the one that 5B.S0 sealed: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Put the sealed file back, or start a run with the new one; `closedworld status` shows what is broken.",
    )
    TIME_GRID_POLICY_MISSING: ClassVar = ErrorCode(
        full="5B.S1.TIME_GRID_POLICY_MISSING",
        name="TIME_GRID_POLICY_MISSING",
        kind="input",
        message="{where}: there is no time grid policy to cut the horizon with: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Put time_grid_policy_5B.yaml into config/layer2/5B of the policy set and start a run with it.",
    )
    TIME_GRID_POLICY_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="5B.S1.TIME_GRID_POLICY_SCHEMA_INVALID",
        name="TIME_GRID_POLICY_SCHEMA_INVALID",
        kind="input",
        message="{where}: the time grid policy cannot be used: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the field named in time_grid_policy_5B and start a run with it (`closedworld run --config DIR`).",
    )
    SCENARIO_HORIZON_INVALID: ClassVar = ErrorCode(
        full="5B.S1.SCENARIO_HORIZON_INVALID",
        name="SCENARIO_HORIZON_INVALID",
        kind="input",
        message="{where}: the horizon of a scenario does not fit the time grid: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Choose horizon ends that are whole multiples of the bucket, or widen the guardrails of time_grid_policy_5B; nothing is snapped.",
    )
    TIME_GRID_INCOMPLETE: ClassVar = ErrorCode(
        full="5B.S1.TIME_GRID_INCOMPLETE",
        name="TIME_GRID_INCOMPLETE",
        kind="finding",
        message="{where}: the time grid does not have exactly the buckets of the horizon: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 5B.S1.",
    )
    TIME_GRID_OVERLAP_OR_ORDER: ClassVar = ErrorCode(
        full="5B.S1.TIME_GRID_OVERLAP_OR_ORDER",
        name="TIME_GRID_OVERLAP_OR_ORDER",
        kind="finding",
        message="{where}: buckets of the time grid overlap, leave a gap, or stand in the wrong order: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 5B.S1.",
    )
    TIME_GRID_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="5B.S1.TIME_GRID_SCHEMA_INVALID",
        name="TIME_GRID_SCHEMA_INVALID",
        kind="finding",
        message="{where}: a value of the output breaks its contract: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; correct the input or policy that the row named follows from, or the contract if the rule itself is wrong.",
    )
    GROUPING_POLICY_MISSING: ClassVar = ErrorCode(
        full="5B.S1.GROUPING_POLICY_MISSING",
        name="GROUPING_POLICY_MISSING",
        kind="input",
        message="{where}: there is no grouping policy: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Put grouping_policy_5B.yaml into config/layer2/5B of the policy set and start a run with it.",
    )
    GROUPING_POLICY_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="5B.S1.GROUPING_POLICY_SCHEMA_INVALID",
        name="GROUPING_POLICY_SCHEMA_INVALID",
        kind="input",
        message="{where}: the grouping policy cannot be used: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the field named in grouping_policy_5B and start a run with it (`closedworld run --config DIR`).",
    )
    GROUP_DOMAIN_DERIVATION_FAILED: ClassVar = ErrorCode(
        full="5B.S1.GROUP_DOMAIN_DERIVATION_FAILED",
        name="GROUP_DOMAIN_DERIVATION_FAILED",
        kind="input",
        message="{where}: the features of an entity do not follow from 5A and 3B in one way: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Give every merchant one demand class, one channel group in a zone, and one virtual mode.",
    )
    GROUP_ASSIGNMENT_INCOMPLETE: ClassVar = ErrorCode(
        full="5B.S1.GROUP_ASSIGNMENT_INCOMPLETE",
        name="GROUP_ASSIGNMENT_INCOMPLETE",
        kind="finding",
        message="{where}: the grouping does not cover the entities of 5A one to one: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 5B.S1.",
    )
    GROUP_ID_DOMAIN_INVALID: ClassVar = ErrorCode(
        full="5B.S1.GROUP_ID_DOMAIN_INVALID",
        name="GROUP_ID_DOMAIN_INVALID",
        kind="finding",
        message="{where}: a group_id is not the one that its law gives: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 5B.S1.",
    )
    GROUPING_REALISM_FAILED: ClassVar = ErrorCode(
        full="5B.S1.GROUPING_REALISM_FAILED",
        name="GROUPING_REALISM_FAILED",
        kind="input",
        message="{where}: the groups are not as the policy wants them: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Change in_stratum_buckets or the realism targets in grouping_policy_5B; the run report lists all five figures.",
    )
    GROUPING_BELOW_GUIDE: ClassVar = ErrorCode(
        full="5B.S1.GROUPING_BELOW_GUIDE",
        name="GROUPING_BELOW_GUIDE",
        kind="input",
        message="{where}: a realism target is below the guide: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="The groups are right. Raise the target, or lower guide_targets in grouping_policy_5B to what a world of this size can meet.",
    )
    GROUPING_DUPLICATE_KEY: ClassVar = ErrorCode(
        full="5B.S1.GROUPING_DUPLICATE_KEY",
        name="GROUPING_DUPLICATE_KEY",
        kind="finding",
        message="{where}: an entity stands in the grouping twice: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; remove the second series of the entity from 5A, or report it when the world was built.",
    )
    GROUPING_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="5B.S1.GROUPING_SCHEMA_INVALID",
        name="GROUPING_SCHEMA_INVALID",
        kind="finding",
        message="{where}: a value of the output breaks its contract: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; correct the input or policy that the row named follows from, or the contract if the rule itself is wrong.",
    )
    IO_WRITE_CONFLICT: ClassVar = ErrorCode(
        full="5B.S1.IO_WRITE_CONFLICT",
        name="IO_WRITE_CONFLICT",
        kind="conflict",
        message="{where}: 5B.S1 already published this partition with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; start another run (another seed, label or policy), or look at the difference with `closedworld runs diff`.",
    )
    IO_WRITE_FAILED: ClassVar = ErrorCode(
        full="5B.S1.IO_WRITE_FAILED",
        name="IO_WRITE_FAILED",
        kind="environment",
        message="{where}: the outputs of 5B.S1 could not be moved into place as a whole: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Free disk space or correct the permissions of the runs folder and run the state again; nothing half-written was left.",
    )


class S5B_S2:
    """Codes of 5B.S2, Latent intensity."""

    S0_GATE_INVALID: ClassVar = ErrorCode(
        full="5B.S2.S0_GATE_INVALID",
        name="S0_GATE_INVALID",
        kind="gate",
        message="{where}: 5B.S2 needs the gate evidence of 5B.S0 and cannot use it: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld 5b s0 --run latest`; if it has run, compare the files named with their publish records before you run 5B.S2 again.",
    )
    UPSTREAM_NOT_PASS: ClassVar = ErrorCode(
        full="5B.S2.UPSTREAM_NOT_PASS",
        name="UPSTREAM_NOT_PASS",
        kind="gate",
        message="{where}: an input of 5B.S2 is no longer the one that 5B.S0 sealed: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Put the sealed file back, or start a run with the new one; `closedworld status` shows what is broken.",
    )
    S1_OUTPUT_MISSING: ClassVar = ErrorCode(
        full="5B.S2.S1_OUTPUT_MISSING",
        name="S1_OUTPUT_MISSING",
        kind="gate",
        message="{where}: the time grid or the grouping of 5B.S1 cannot be used: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld 5b s1 --run latest`, and compare the files named with their publish records if it has run.",
    )
    LAMBDA_SOURCE_MISSING: ClassVar = ErrorCode(
        full="5B.S2.LAMBDA_SOURCE_MISSING",
        name="LAMBDA_SOURCE_MISSING",
        kind="gate",
        message="{where}: the intensities of 5A are not there for a scenario: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Build or import the intensities of every scenario of the run, then run 5B.S0 again.",
    )
    LGCP_CONFIG_INVALID: ClassVar = ErrorCode(
        full="5B.S2.LGCP_CONFIG_INVALID",
        name="LGCP_CONFIG_INVALID",
        kind="input",
        message="{where}: the latent config cannot be used for this world: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Add the missing multiplier or correct the field named in arrival_lgcp_config_5B, and start a run with it (`closedworld run --config DIR`).",
    )
    RNG_POLICY_INVALID: ClassVar = ErrorCode(
        full="5B.S2.RNG_POLICY_INVALID",
        name="RNG_POLICY_INVALID",
        kind="input",
        message="{where}: the RNG policy asks for something that the engine does not implement: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Use the generator, derivation and families that arrival_rng_policy_5B has in the shipped policy sets.",
    )
    BUCKET_SET_INCONSISTENT: ClassVar = ErrorCode(
        full="5B.S2.BUCKET_SET_INCONSISTENT",
        name="BUCKET_SET_INCONSISTENT",
        kind="input",
        message="{where}: a series does not have the buckets of the grid: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Give every series of 5A one row for every bucket of the horizon, counted from 0.",
    )
    DOMAIN_ALIGN_FAILED: ClassVar = ErrorCode(
        full="5B.S2.DOMAIN_ALIGN_FAILED",
        name="DOMAIN_ALIGN_FAILED",
        kind="input",
        message="{where}: the series of 5A do not line up with the grouping or the writer order: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Sort the series by merchant, zone and channel group and give a merchant one channel group in a zone; nothing is re-sorted silently.",
    )
    KERNEL_CONSTRUCTION_FAILED: ClassVar = ErrorCode(
        full="5B.S2.KERNEL_CONSTRUCTION_FAILED",
        name="KERNEL_CONSTRUCTION_FAILED",
        kind="input",
        message="{where}: a group has no single sigma and length scale: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check the multipliers and bounds of arrival_lgcp_config_5B; the members of a group must share class, channel and virtual band.",
    )
    REALISED_NUMERIC_INVALID: ClassVar = ErrorCode(
        full="5B.S2.REALISED_NUMERIC_INVALID",
        name="REALISED_NUMERIC_INVALID",
        kind="finding",
        message="{where}: a realised intensity is not a usable number: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; correct the intensity of 5A or the clip limits that the row follows from.",
    )
    REALISED_DOMAIN_INCOMPLETE: ClassVar = ErrorCode(
        full="5B.S2.REALISED_DOMAIN_INCOMPLETE",
        name="REALISED_DOMAIN_INCOMPLETE",
        kind="finding",
        message="{where}: the realised intensities do not cover 5A one to one: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 5B.S2.",
    )
    REALISED_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="5B.S2.REALISED_SCHEMA_INVALID",
        name="REALISED_SCHEMA_INVALID",
        kind="finding",
        message="{where}: a value of the output breaks its contract: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; correct the input or policy that the row named follows from, or the contract if the rule itself is wrong.",
    )
    LATENT_DOMAIN_INCOMPLETE: ClassVar = ErrorCode(
        full="5B.S2.LATENT_DOMAIN_INCOMPLETE",
        name="LATENT_DOMAIN_INCOMPLETE",
        kind="finding",
        message="{where}: the latent field is not what the diagnostics ask for: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 5B.S2.",
    )
    LATENT_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="5B.S2.LATENT_SCHEMA_INVALID",
        name="LATENT_SCHEMA_INVALID",
        kind="finding",
        message="{where}: a value of the output breaks its contract: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; correct the input or policy that the row named follows from, or the contract if the rule itself is wrong.",
    )
    RNG_ACCOUNTING_MISMATCH: ClassVar = ErrorCode(
        full="5B.S2.RNG_ACCOUNTING_MISMATCH",
        name="RNG_ACCOUNTING_MISMATCH",
        kind="finding",
        message="{where}: the random numbers that 5B.S2 used do not add up: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report, since every draw must have its row, its budget and its place in the totals.",
    )
    NON_DETERMINISTIC_OUTPUT: ClassVar = ErrorCode(
        full="5B.S2.NON_DETERMINISTIC_OUTPUT",
        name="NON_DETERMINISTIC_OUTPUT",
        kind="conflict",
        message="{where}: 5B.S2 made other bytes from the same sealed inputs: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; check with `closedworld verify` whether the published file was edited, and report it if it was not.",
    )
    IO_WRITE_CONFLICT: ClassVar = ErrorCode(
        full="5B.S2.IO_WRITE_CONFLICT",
        name="IO_WRITE_CONFLICT",
        kind="conflict",
        message="{where}: 5B.S2 already published this partition with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; start another run (another seed, label or policy), or look at the difference with `closedworld runs diff`.",
    )
    IO_WRITE_FAILED: ClassVar = ErrorCode(
        full="5B.S2.IO_WRITE_FAILED",
        name="IO_WRITE_FAILED",
        kind="environment",
        message="{where}: the outputs of 5B.S2 could not be moved into place as a whole: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Free disk space or correct the permissions of the runs folder and run the state again; nothing half-written was left.",
    )


class S5B_S3:
    """Codes of 5B.S3, Bucket counts."""

    S0_GATE_INVALID: ClassVar = ErrorCode(
        full="5B.S3.S0_GATE_INVALID",
        name="S0_GATE_INVALID",
        kind="gate",
        message="{where}: 5B.S3 needs the gate evidence of 5B.S0 and cannot use it: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld 5b s0 --run latest`; if it has run, compare the files named with their publish records before you run 5B.S3 again.",
    )
    UPSTREAM_NOT_PASS: ClassVar = ErrorCode(
        full="5B.S3.UPSTREAM_NOT_PASS",
        name="UPSTREAM_NOT_PASS",
        kind="gate",
        message="{where}: an input of 5B.S3 is no longer the one that 5B.S0 sealed: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Put the sealed file back, or start a run with the new one; `closedworld status` shows what is broken.",
    )
    S1_OUTPUT_MISSING: ClassVar = ErrorCode(
        full="5B.S3.S1_OUTPUT_MISSING",
        name="S1_OUTPUT_MISSING",
        kind="gate",
        message="{where}: the time grid or the grouping of 5B.S1 cannot be used: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld 5b s1 --run latest`, and compare the files named with their publish records if it has run.",
    )
    S2_OUTPUT_MISSING: ClassVar = ErrorCode(
        full="5B.S3.S2_OUTPUT_MISSING",
        name="S2_OUTPUT_MISSING",
        kind="gate",
        message="{where}: the intensities of 5B.S2 cannot be used: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld 5b s2 --run latest`, and compare the files named with their publish records if it has run.",
    )
    COUNT_CONFIG_MISSING: ClassVar = ErrorCode(
        full="5B.S3.COUNT_CONFIG_MISSING",
        name="COUNT_CONFIG_MISSING",
        kind="input",
        message="{where}: there is no count config: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Put arrival_count_config_5B.yaml into config/layer2/5B of the policy set and start a run with it.",
    )
    COUNT_CONFIG_INVALID: ClassVar = ErrorCode(
        full="5B.S3.COUNT_CONFIG_INVALID",
        name="COUNT_CONFIG_INVALID",
        kind="input",
        message="{where}: the count config cannot be used for this world: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Name a registered count law, add the missing multiplier or correct the field named in arrival_count_config_5B, and start a run with it.",
    )
    RNG_POLICY_INVALID: ClassVar = ErrorCode(
        full="5B.S3.RNG_POLICY_INVALID",
        name="RNG_POLICY_INVALID",
        kind="input",
        message="{where}: the RNG policy asks for something that the engine does not implement: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Use the generator, derivation and families that arrival_rng_policy_5B has in the shipped policy sets.",
    )
    BUCKET_SET_INCONSISTENT: ClassVar = ErrorCode(
        full="5B.S3.BUCKET_SET_INCONSISTENT",
        name="BUCKET_SET_INCONSISTENT",
        kind="finding",
        message="{where}: a series of S2 does not have the buckets of the grid: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; run 5B.S2 again, and report it if the series is still incomplete.",
    )
    DOMAIN_ALIGN_FAILED: ClassVar = ErrorCode(
        full="5B.S3.DOMAIN_ALIGN_FAILED",
        name="DOMAIN_ALIGN_FAILED",
        kind="input",
        message="{where}: a merchant, zone and bucket would draw twice, or the rows are not in series order: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Give every merchant one channel group in a zone, and sort the series by merchant, zone and channel group; nothing is re-sorted silently.",
    )
    PARAM_DERIVATION_INVALID: ClassVar = ErrorCode(
        full="5B.S3.PARAM_DERIVATION_INVALID",
        name="PARAM_DERIVATION_INVALID",
        kind="finding",
        message="{where}: the parameters of a count do not follow from intensity and group: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; check the kappa bounds of arrival_count_config_5B, and report it if they are sound.",
    )
    COUNT_SAMPLING_ERROR: ClassVar = ErrorCode(
        full="5B.S3.COUNT_SAMPLING_ERROR",
        name="COUNT_SAMPLING_ERROR",
        kind="finding",
        message="{where}: a count could not be drawn by its law: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; lower lambda_max or correct the count law, and report it if the row is sound.",
    )
    COUNTS_NUMERIC_INVALID: ClassVar = ErrorCode(
        full="5B.S3.COUNTS_NUMERIC_INVALID",
        name="COUNTS_NUMERIC_INVALID",
        kind="finding",
        message="{where}: a count is outside its range or wrongly marked: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 5B.S3.",
    )
    COUNTS_DOMAIN_INCOMPLETE: ClassVar = ErrorCode(
        full="5B.S3.COUNTS_DOMAIN_INCOMPLETE",
        name="COUNTS_DOMAIN_INCOMPLETE",
        kind="finding",
        message="{where}: the counts do not cover the rows of S2 one to one: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 5B.S3.",
    )
    COUNTS_DUPLICATE_KEY: ClassVar = ErrorCode(
        full="5B.S3.COUNTS_DUPLICATE_KEY",
        name="COUNTS_DUPLICATE_KEY",
        kind="finding",
        message="{where}: an entity and bucket have two counts: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 5B.S3.",
    )
    COUNTS_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="5B.S3.COUNTS_SCHEMA_INVALID",
        name="COUNTS_SCHEMA_INVALID",
        kind="finding",
        message="{where}: a value of the output breaks its contract: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; correct the input or policy that the row named follows from, or the contract if the rule itself is wrong.",
    )
    RNG_ACCOUNTING_MISMATCH: ClassVar = ErrorCode(
        full="5B.S3.RNG_ACCOUNTING_MISMATCH",
        name="RNG_ACCOUNTING_MISMATCH",
        kind="finding",
        message="{where}: the random numbers that 5B.S3 used do not add up: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report, since every draw must have its row, its budget and its place in the totals.",
    )
    NON_DETERMINISTIC_OUTPUT: ClassVar = ErrorCode(
        full="5B.S3.NON_DETERMINISTIC_OUTPUT",
        name="NON_DETERMINISTIC_OUTPUT",
        kind="conflict",
        message="{where}: 5B.S3 made other bytes from the same sealed inputs: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; check with `closedworld verify` whether the published file was edited, and report it if it was not.",
    )
    IO_WRITE_CONFLICT: ClassVar = ErrorCode(
        full="5B.S3.IO_WRITE_CONFLICT",
        name="IO_WRITE_CONFLICT",
        kind="conflict",
        message="{where}: 5B.S3 already published this partition with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; start another run (another seed, label or policy), or look at the difference with `closedworld runs diff`.",
    )
    IO_WRITE_FAILED: ClassVar = ErrorCode(
        full="5B.S3.IO_WRITE_FAILED",
        name="IO_WRITE_FAILED",
        kind="environment",
        message="{where}: the outputs of 5B.S3 could not be moved into place as a whole: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Free disk space or correct the permissions of the runs folder and run the state again; nothing half-written was left.",
    )


class S5B_S4:
    """Codes of 5B.S4, Arrival events."""

    S0_GATE_MISSING_OR_INVALID: ClassVar = ErrorCode(
        full="5B.S4.S0_GATE_MISSING_OR_INVALID",
        name="S0_GATE_MISSING_OR_INVALID",
        kind="gate",
        message="{where}: 5B.S4 needs the gate evidence of 5B.S0 and cannot use it: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld 5b s0 --run latest`; if it has run, compare the files named with their publish records before you run 5B.S4 again.",
    )
    UPSTREAM_HASHGATE_NOT_PASSED: ClassVar = ErrorCode(
        full="5B.S4.UPSTREAM_HASHGATE_NOT_PASSED",
        name="UPSTREAM_HASHGATE_NOT_PASSED",
        kind="gate",
        message="{where}: an input of 5B.S4 is no longer the one that 5B.S0 sealed: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Put the sealed file back, or start a run with the new one; `closedworld status` shows what is broken.",
    )
    S1_OR_S3_OUTPUT_MISSING: ClassVar = ErrorCode(
        full="5B.S4.S1_OR_S3_OUTPUT_MISSING",
        name="S1_OR_S3_OUTPUT_MISSING",
        kind="gate",
        message="{where}: the grid, the grouping or the counts of 5B cannot be used: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld 5b s3 --run latest`, and compare the files named with their publish records if it has run.",
    )
    TIME_GRID_MISMATCH: ClassVar = ErrorCode(
        full="5B.S4.TIME_GRID_MISMATCH",
        name="TIME_GRID_MISMATCH",
        kind="finding",
        message="{where}: counts and time grid do not have the same buckets: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; run 5B.S1 to S3 again, and report it if they still differ.",
    )
    DOMAIN_ALIGN_FAILED: ClassVar = ErrorCode(
        full="5B.S4.DOMAIN_ALIGN_FAILED",
        name="DOMAIN_ALIGN_FAILED",
        kind="input",
        message="{where}: a merchant, zone and bucket would draw twice, or the counts are not in series order: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Give every merchant one channel group in a zone, and sort the series by merchant, zone and channel group; nothing is re-sorted silently.",
    )
    TS_OUTSIDE_BUCKET_WINDOW: ClassVar = ErrorCode(
        full="5B.S4.TS_OUTSIDE_BUCKET_WINDOW",
        name="TS_OUTSIDE_BUCKET_WINDOW",
        kind="finding",
        message="{where}: an arrival does not lie in its bucket: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 5B.S4.",
    )
    DST_MAPPING_FAILED: ClassVar = ErrorCode(
        full="5B.S4.DST_MAPPING_FAILED",
        name="DST_MAPPING_FAILED",
        kind="input",
        message="{where}: the local time of an arrival cannot be told: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Use zones that tz_timetable_cache has; rebuild 2A when the zone is new in the time zone database.",
    )
    ROUTING_POLICY_INVALID: ClassVar = ErrorCode(
        full="5B.S4.ROUTING_POLICY_INVALID",
        name="ROUTING_POLICY_INVALID",
        kind="input",
        message="{where}: the routing or placement policy cannot be used: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Correct the field named in arrival_routing_policy_5B or arrival_time_placement_policy_5B and start a run with it (`closedworld run --config DIR`).",
    )
    SITE_RESOLUTION_FAILED: ClassVar = ErrorCode(
        full="5B.S4.SITE_RESOLUTION_FAILED",
        name="SITE_RESOLUTION_FAILED",
        kind="input",
        message="{where}: a physical arrival has no site to go to: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Give the merchant a site in the zone, make it HYBRID or VIRTUAL_ONLY, or take the series out of 5A.",
    )
    EDGE_RESOLUTION_FAILED: ClassVar = ErrorCode(
        full="5B.S4.EDGE_RESOLUTION_FAILED",
        name="EDGE_RESOLUTION_FAILED",
        kind="input",
        message="{where}: a virtual arrival has no edge, or its merchant no settlement zone: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Give the merchant edges and a settlement zone in 3B, or make it NON_VIRTUAL.",
    )
    ROUTING_UNIVERSE_HASH_MISMATCH: ClassVar = ErrorCode(
        full="5B.S4.ROUTING_UNIVERSE_HASH_MISMATCH",
        name="ROUTING_UNIVERSE_HASH_MISMATCH",
        kind="gate",
        message="{where}: the edges are not those of the sealed universe: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Rebuild 3B as a whole; edge catalogue, alias tables and universe hash must come from one build.",
    )
    BUCKET_COUNT_MISMATCH: ClassVar = ErrorCode(
        full="5B.S4.BUCKET_COUNT_MISMATCH",
        name="BUCKET_COUNT_MISMATCH",
        kind="finding",
        message="{where}: a bucket does not have as many arrivals as S3 counted: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 5B.S4.",
    )
    SCHEMA_VIOLATION: ClassVar = ErrorCode(
        full="5B.S4.SCHEMA_VIOLATION",
        name="SCHEMA_VIOLATION",
        kind="finding",
        message="{where}: a value of the output breaks its contract: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; correct the input or policy that the row named follows from, or the contract if the rule itself is wrong.",
    )
    PARTITION_OR_PK_VIOLATION: ClassVar = ErrorCode(
        full="5B.S4.PARTITION_OR_PK_VIOLATION",
        name="PARTITION_OR_PK_VIOLATION",
        kind="finding",
        message="{where}: arrivals stand twice, out of order, or in another partition than their columns say: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 5B.S4.",
    )
    RNG_STREAM_CONFIG_INVALID: ClassVar = ErrorCode(
        full="5B.S4.RNG_STREAM_CONFIG_INVALID",
        name="RNG_STREAM_CONFIG_INVALID",
        kind="input",
        message="{where}: the RNG policy asks for something that the engine does not implement: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Use the generator, derivation and families that arrival_rng_policy_5B has in the shipped policy sets.",
    )
    RNG_ACCOUNTING_MISMATCH: ClassVar = ErrorCode(
        full="5B.S4.RNG_ACCOUNTING_MISMATCH",
        name="RNG_ACCOUNTING_MISMATCH",
        kind="finding",
        message="{where}: the random numbers that 5B.S4 used do not add up: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report, since every draw must have its row, its budget and its place in the totals.",
    )
    RERUN_NONDETERMINISTIC: ClassVar = ErrorCode(
        full="5B.S4.RERUN_NONDETERMINISTIC",
        name="RERUN_NONDETERMINISTIC",
        kind="conflict",
        message="{where}: 5B.S4 made other bytes from the same sealed inputs: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; check with `closedworld verify` whether the published file was edited, and report it if it was not.",
    )
    IO_READ_FAILED: ClassVar = ErrorCode(
        full="5B.S4.IO_READ_FAILED",
        name="IO_READ_FAILED",
        kind="environment",
        message="{where}: an input of 5B.S4 cannot be read: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check the disk and the permissions of the file named, then run the state again.",
    )
    IO_WRITE_CONFLICT: ClassVar = ErrorCode(
        full="5B.S4.IO_WRITE_CONFLICT",
        name="IO_WRITE_CONFLICT",
        kind="conflict",
        message="{where}: 5B.S4 already published this partition with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; start another run (another seed, label or policy), or look at the difference with `closedworld runs diff`.",
    )
    IO_WRITE_FAILED: ClassVar = ErrorCode(
        full="5B.S4.IO_WRITE_FAILED",
        name="IO_WRITE_FAILED",
        kind="environment",
        message="{where}: the outputs of 5B.S4 could not be moved into place as a whole: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Free disk space or correct the permissions of the runs folder and run the state again; nothing half-written was left.",
    )


class S5B_S5:
    """Codes of 5B.S5, Validation bundle."""

    S0_GATE_INVALID: ClassVar = ErrorCode(
        full="5B.S5.S0_GATE_INVALID",
        name="S0_GATE_INVALID",
        kind="gate",
        message="{where}: 5B.S5 needs the gate evidence of 5B.S0 and cannot use it: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run `closedworld 5b s0 --run latest`; if it has run, compare the files named with their publish records before you run 5B.S5 again.",
    )
    UPSTREAM_HASHGATE_NOT_PASSED: ClassVar = ErrorCode(
        full="5B.S5.UPSTREAM_HASHGATE_NOT_PASSED",
        name="UPSTREAM_HASHGATE_NOT_PASSED",
        kind="gate",
        message="{where}: an input of 5B.S5 is no longer the one that 5B.S0 sealed: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Put the sealed file back, or start a run with the new one; `closedworld status` shows what is broken.",
    )
    DOMAIN_DISCOVERY_FAILED: ClassVar = ErrorCode(
        full="5B.S5.DOMAIN_DISCOVERY_FAILED",
        name="DOMAIN_DISCOVERY_FAILED",
        kind="gate",
        message="{where}: the outputs of the run are not those of its scenarios: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Run the missing states with `closedworld run --run latest`, for every scenario of the receipt.",
    )
    S0_SEALED_INPUTS_INCONSISTENT: ClassVar = ErrorCode(
        full="5B.S5.S0_SEALED_INPUTS_INCONSISTENT",
        name="S0_SEALED_INPUTS_INCONSISTENT",
        kind="gate",
        message="{where}: receipt, inventory and sealed files do not agree: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Put the sealed file back, or start a run with the new one; `closedworld verify` names every file that differs.",
    )
    S1_S3_GRID_DOMAIN_MISMATCH: ClassVar = ErrorCode(
        full="5B.S5.S1_S3_GRID_DOMAIN_MISMATCH",
        name="S1_S3_GRID_DOMAIN_MISMATCH",
        kind="finding",
        message="{where}: grid, intensities and counts do not cover the same rows: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="No flag was written; see the issue table, and run the state named again on unchanged inputs.",
    )
    COUNT_MISMATCH_S3_S4: ClassVar = ErrorCode(
        full="5B.S5.COUNT_MISMATCH_S3_S4",
        name="COUNT_MISMATCH_S3_S4",
        kind="finding",
        message="{where}: a bucket does not have as many arrivals as S3 counted: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="No flag was written; see the issue table, and run 5B.S4 again on unchanged inputs.",
    )
    TIME_WINDOW_VIOLATION: ClassVar = ErrorCode(
        full="5B.S5.TIME_WINDOW_VIOLATION",
        name="TIME_WINDOW_VIOLATION",
        kind="finding",
        message="{where}: an arrival does not lie in its bucket: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="No flag was written; see the issue table, and run 5B.S4 again on unchanged inputs.",
    )
    CIVIL_TIME_MAPPING_FAILED: ClassVar = ErrorCode(
        full="5B.S5.CIVIL_TIME_MAPPING_FAILED",
        name="CIVIL_TIME_MAPPING_FAILED",
        kind="finding",
        message="{where}: a local time is not the one of its zone: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="No flag was written; see the issue table, and check the time zone timetable of 2A.",
    )
    PHYSICAL_ROUTING_INVALID: ClassVar = ErrorCode(
        full="5B.S5.PHYSICAL_ROUTING_INVALID",
        name="PHYSICAL_ROUTING_INVALID",
        kind="finding",
        message="{where}: a physical arrival has a site that is not its merchant's or not in its zone group: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="No flag was written; see the issue table, and run 5B.S4 again on unchanged inputs.",
    )
    VIRTUAL_ROUTING_INVALID: ClassVar = ErrorCode(
        full="5B.S5.VIRTUAL_ROUTING_INVALID",
        name="VIRTUAL_ROUTING_INVALID",
        kind="finding",
        message="{where}: a virtual arrival has an edge, zone or universe that is not its merchant's: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="No flag was written; see the issue table, and run 5B.S4 again on unchanged inputs.",
    )
    SITE_EDGE_FLAG_INCONSISTENT: ClassVar = ErrorCode(
        full="5B.S5.SITE_EDGE_FLAG_INCONSISTENT",
        name="SITE_EDGE_FLAG_INCONSISTENT",
        kind="finding",
        message="{where}: site, edge and is_virtual contradict each other: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="No flag was written; see the issue table, and run 5B.S4 again on unchanged inputs.",
    )
    S4_SCHEMA_VIOLATION: ClassVar = ErrorCode(
        full="5B.S5.S4_SCHEMA_VIOLATION",
        name="S4_SCHEMA_VIOLATION",
        kind="finding",
        message="{where}: a value of the arrivals breaks its contract: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="No flag was written; see the issue table, and check whether the published file was edited.",
    )
    S4_PARTITION_OR_IDENTITY_VIOLATION: ClassVar = ErrorCode(
        full="5B.S5.S4_PARTITION_OR_IDENTITY_VIOLATION",
        name="S4_PARTITION_OR_IDENTITY_VIOLATION",
        kind="finding",
        message="{where}: rows name another world, run or scenario than their partition: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="No flag was written; check whether a folder was moved or copied between runs.",
    )
    S4_PK_VIOLATION: ClassVar = ErrorCode(
        full="5B.S5.S4_PK_VIOLATION",
        name="S4_PK_VIOLATION",
        kind="finding",
        message="{where}: arrivals stand twice or out of order: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="No flag was written; see the issue table, and run 5B.S4 again on unchanged inputs.",
    )
    RNG_ACCOUNTING_MISMATCH: ClassVar = ErrorCode(
        full="5B.S5.RNG_ACCOUNTING_MISMATCH",
        name="RNG_ACCOUNTING_MISMATCH",
        kind="finding",
        message="{where}: the random numbers that the run used do not add up: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="No flag was written; the report lists events, draws and blocks of every family.",
    )
    RNG_ACCOUNTING_INCOMPLETE: ClassVar = ErrorCode(
        full="5B.S5.RNG_ACCOUNTING_INCOMPLETE",
        name="RNG_ACCOUNTING_INCOMPLETE",
        kind="finding",
        message="{where}: a family drew without leaving all its evidence: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="No flag was written; run the state that draws the family again.",
    )
    REPLAY_MISMATCH: ClassVar = ErrorCode(
        full="5B.S5.REPLAY_MISMATCH",
        name="REPLAY_MISMATCH",
        kind="finding",
        message="{where}: a block did not come out as it was published: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="No flag was written; run `closedworld verify --replay all` and `closedworld explain` on the row named, and report it.",
    )
    REALISM_GATE_FAILED: ClassVar = ErrorCode(
        full="5B.S5.REALISM_GATE_FAILED",
        name="REALISM_GATE_FAILED",
        kind="finding",
        message="{where}: the rows are not as their law makes them: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="No flag was written. This is not bad luck, and no other seed or policy mends it: run `closedworld verify --replay all`, and report it with the run report.",
    )
    REALISM_TARGET_MISSED: ClassVar = ErrorCode(
        full="5B.S5.REALISM_TARGET_MISSED",
        name="REALISM_TARGET_MISSED",
        kind="finding",
        message="{where}: the world is not as the policy aims at: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Rows and laws are right. Change what the world is made of, or the target in validation_policy_5B to what a world like this one can meet.",
    )
    REPORT_SCHEMA_INVALID: ClassVar = ErrorCode(
        full="5B.S5.REPORT_SCHEMA_INVALID",
        name="REPORT_SCHEMA_INVALID",
        kind="bug",
        message="{where}: the report or the issue table does not have its contracted shape: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 5B.S5.",
    )
    BUNDLE_INDEX_INVALID: ClassVar = ErrorCode(
        full="5B.S5.BUNDLE_INDEX_INVALID",
        name="BUNDLE_INDEX_INVALID",
        kind="bug",
        message="{where}: the index of the bundle does not have its contracted form: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 5B.S5.",
    )
    BUNDLE_MEMBER_MISSING_OR_HASH_MISMATCH: ClassVar = ErrorCode(
        full="5B.S5.BUNDLE_MEMBER_MISSING_OR_HASH_MISMATCH",
        name="BUNDLE_MEMBER_MISSING_OR_HASH_MISMATCH",
        kind="gate",
        message="{where}: a member of the bundle is missing or has changed: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Publish the dataset that the member comes from, or take it out of bundle_layout_policy_5B, then run 5B.S5 again.",
    )
    BUNDLE_DIGEST_MISMATCH: ClassVar = ErrorCode(
        full="5B.S5.BUNDLE_DIGEST_MISMATCH",
        name="BUNDLE_DIGEST_MISMATCH",
        kind="bug",
        message="{where}: the flag does not state the digest of its bundle: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 5B.S5.",
    )
    FLAG_SCHEMA_VIOLATION: ClassVar = ErrorCode(
        full="5B.S5.FLAG_SCHEMA_VIOLATION",
        name="FLAG_SCHEMA_VIOLATION",
        kind="bug",
        message="{where}: the flag does not have its contracted form: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was published; please report it with the run report of 5B.S5.",
    )
    IO_READ_FAILED: ClassVar = ErrorCode(
        full="5B.S5.IO_READ_FAILED",
        name="IO_READ_FAILED",
        kind="environment",
        message="{where}: an input of 5B.S5 cannot be read: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Check the disk and the permissions of the file named, then run the state again.",
    )
    IO_WRITE_CONFLICT: ClassVar = ErrorCode(
        full="5B.S5.IO_WRITE_CONFLICT",
        name="IO_WRITE_CONFLICT",
        kind="conflict",
        message="{where}: 5B.S5 already published this partition with other bytes: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Nothing was changed; start another run (another seed, label or policy), or look at the difference with `closedworld runs diff`.",
    )
    IO_WRITE_FAILED: ClassVar = ErrorCode(
        full="5B.S5.IO_WRITE_FAILED",
        name="IO_WRITE_FAILED",
        kind="environment",
        message="{where}: the outputs of 5B.S5 could not be moved into place as a whole: expected {expected}, found {found}.",
        context=("where", "expected", "found"),
        remedy="Free disk space or correct the permissions of the runs folder and run the state again; nothing half-written was left.",
    )
