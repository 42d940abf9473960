"""2B.S2 alias tables: one integer alias table a merchant, in a blob with an index (spec/segment-2B.md, S2).

Upholds: masses that sum to the grid, Walker's and Vose's construction in exact integers, the slice layout, the decode
check of every merchant, and the echo of the sealed policy. Reads S1 and alias_layout_policy_v1 alone.
Left to others: seals, created_utc and publishing (the runner).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.findings import Finding, Findings
from engine.core.errors import EngineError
from engine.core.run import Run
from engine.core.runner import StateAborted, implements, validates
from engine.kernels.alias_integer import AliasTables, alias_tables, decode_check, encoded_blob
from engine.kernels.errors import KernelError
from engine.kernels.expected_masses import expected_masses
from engine.kernels.grid_masses import grid_masses
from engine.s2b.alias_policy import LAYOUT_VERSION, POLICY, layout_findings, policy_shape_findings
from engine.s2b.alias_slices import AliasSlices, alias_slices
from engine.s2b.policy_checks import missing_findings
from engine.s2b.row_findings import echo_findings, listed, row_findings
from engine.s2b.site_keys import SiteKeys, merchant_starts
from generated import errors, states
from generated.validators.s2b import S2B_S2Validators

if TYPE_CHECKING:
    from generated.models.s2b import AliasLayoutPolicyV1
    from generated.tables.s2b import S1SiteWeights

CODES = errors.S2B_S2


@implements(states.S2B_S2)
def alias_index_and_blob(inputs: states.S2B_S2.Inputs, run: Run) -> states.S2B_S2.Outputs:
    """The alias tables of all merchants, and where each lies."""
    from generated.models.s2b import S2AliasIndex

    policy = inputs.alias_layout_policy_v1
    refused = list(policy_findings(policy))
    if refused:
        raise StateAborted(refused)
    weights = inputs.s1_site_weights.read()
    incoherent = [*bit_depth_findings(policy, weights), *order_findings(weights)]
    if incoherent:
        raise StateAborted(incoherent)
    starts = merchant_starts(weights.merchant_id)
    tables = _tables(policy, weights, starts)
    blob = encoded_blob(starts, tables, alignment=policy.alignment_bytes, endianness=policy.endianness)
    payload = blob.blob.tobytes()
    view = memoryview(payload)
    merchants = weights.merchant_id[starts[:-1]].tolist()
    rows = zip(merchants, blob.offsets.tolist(), blob.lengths.tolist(), np.diff(starts).tolist(), strict=True)
    index = S2AliasIndex.of(
        {
            "layout_version": LAYOUT_VERSION,
            "endianness": policy.endianness,
            "alignment_bytes": policy.alignment_bytes,
            "quantised_bits": policy.quantised_bits,
            "created_utc": run.identity.created_utc,
            "policy_id": policy.policy_id,
            "policy_digest": run.sealed[POLICY].sha256_hex,
            "blob_sha256": hashlib.sha256(payload).hexdigest(),
            "blob_size_bytes": len(payload),
            "merchants_count": len(merchants),
            "merchants": [
                {
                    "merchant_id": merchant,
                    "offset": offset,
                    "length": length,
                    "sites": sites,
                    "quantised_bits": policy.quantised_bits,
                    "checksum": hashlib.sha256(view[offset : offset + length]).hexdigest(),
                }
                for merchant, offset, length, sites in rows
            ],
        }
    )
    run.note("merchants", len(merchants))
    run.note("sites", weights.num_rows)
    run.note("treat_within_epsilon_of_one_as_one", policy.encode_spec.treat_within_epsilon_of_one_as_one)
    return states.S2B_S2.Outputs(s2_alias_index=index, s2_alias_blob=payload)


def _tables(policy: AliasLayoutPolicyV1, weights: S1SiteWeights, starts: NDArray[np.int64]) -> AliasTables:
    """The tables of all merchants, each checked to decode to its merchant's shares."""
    bits, p = policy.quantised_bits, weights.p_weight
    grid = f"masses of at least 0 that sum to 2^{bits}"
    try:
        masses = grid_masses(starts, p, bits=bits)
    except KernelError as error:
        if error.status == "BAD_PROBABILITY":
            where, found = SiteKeys.of(weights).text(error.index), p[error.index]
            raise EngineError(
                CODES.NEGATIVE_OR_OVERFLOW_MASS, where=where, expected="a share in 0 to 1", found=found
            ) from error
        merchant = f"merchant {weights.merchant_id[starts[error.index]]}"
        found = "shares further from 1 than one grid step a site"
        raise EngineError(CODES.GRID_SUM_INCORRECT, where=merchant, expected=grid, found=found) from error
    tables = alias_tables(starts, masses, bits=bits)
    away, row = decode_check(starts, tables, p)
    if not away <= policy.quantisation_epsilon:
        raise EngineError(
            CODES.ALIAS_DECODE_INCOHERENT,
            where=SiteKeys.of(weights).text(row),
            expected=f"a decoded share within {policy.quantisation_epsilon}",
            found=f"one {away} away",
        )
    return tables


def policy_findings(policy: AliasLayoutPolicyV1) -> Iterator[Finding]:
    """What breaks the policy's shape (031), and every constant that names a layout which is not implemented (032)."""
    yield from policy_shape_findings(policy, CODES.POLICY_SCHEMA_INVALID)
    yield from layout_findings(policy, CODES.POLICY_MINIMA_MISSING)


def bit_depth_findings(policy: AliasLayoutPolicyV1, weights: S1SiteWeights) -> Iterator[Finding]:
    """Rows of S1 whose quantised_bits is not the policy's (058)."""
    bits = weights.quantised_bits
    wrong = bits != policy.quantised_bits
    yield from row_findings(
        CODES.BIT_DEPTH_INCOHERENT,
        wrong,
        SiteKeys.of(weights).text,
        str(policy.quantised_bits),
        bits,
    )


def order_findings(weights: S1SiteWeights) -> Iterator[Finding]:
    """Rows of S1 that do not ascend by key, which would give the cells of a table to other sites (083)."""
    keys = SiteKeys.of(weights)
    falls, equal = keys.steps()
    yield from row_findings(
        CODES.WRITER_ORDER_NOT_ASC,
        falls | equal,
        lambda row: keys.text(row + 1),
        "a key after that of the row before",
        keys.text,
    )


@validates(states.S2B_S2)
class AliasTableValidators(S2B_S2Validators):
    """The validators of S2: the index against S1 and the policy, and the blob read back from its bytes."""

    def __init__(self, inputs: states.S2B_S2.Inputs, run: Run) -> None:
        super().__init__(inputs, run)
        self.policy = inputs.alias_layout_policy_v1
        self.weights = inputs.s1_site_weights.read()
        self.starts = merchant_starts(self.weights.merchant_id)
        self.merchant_id = self.weights.merchant_id[self.starts[:-1]]

    def _slices(self, outputs: states.S2B_S2.Outputs) -> AliasSlices:
        return alias_slices(outputs.s2_alias_index, outputs.s2_alias_blob)

    def v_04_the_policy_asks_for_the_one_layout_that_exists(self, outputs: states.S2B_S2.Outputs) -> Findings:
        yield from policy_findings(self.policy)

    def v_05_site_weights_use_the_policy_s_grid(self, outputs: states.S2B_S2.Outputs) -> Findings:
        yield from bit_depth_findings(self.policy, self.weights)

    def v_07_the_blob_has_its_contracted_layout(self, outputs: states.S2B_S2.Outputs) -> Findings:
        slices = self._slices(outputs)
        wanted = "n_sites, 32, 0, 0"
        yield from row_findings(
            CODES.BLOB_CONTRACT_VIOLATION,
            slices.readable
            & (slices.header != np.stack([slices.sites, *map(slices.repeated, (32, 0, 0))], axis=1)).any(
                axis=1
            ),
            slices.text,
            f"the header words {wanted}",
            lambda m: slices.header[m].tolist(),
        )
        first, rest = slices.stray_bytes()
        if rest:
            yield Finding(
                CODES.BLOB_CONTRACT_VIOLATION,
                f"s2_alias_blob byte {first}",
                "zero bytes between slices, none behind the last",
                f"{rest} others",
            )
        for cells, words in (
            (slices.out_of_range(), "aliases below n_sites"),
            (slices.zero_thresholds(), "thresholds from 1 to 2^32 - 1"),
        ):
            yield from row_findings(CODES.BLOB_CONTRACT_VIOLATION, cells, slices.text, words, "another word")
        misaligned = slices.offset % max(self.policy.alignment_bytes, 1) != 0
        yield from row_findings(
            CODES.ENDIANNESS_OR_ALIGNMENT_MISMATCH,
            misaligned,
            slices.text,
            f"an offset that is a multiple of {self.policy.alignment_bytes}",
            slices.offset,
        )

    def v_08_one_slice_for_each_merchant(self, outputs: states.S2B_S2.Outputs) -> Findings:
        held = [row.merchant_id for row in outputs.s2_alias_index.merchants]
        wanted = self.merchant_id.tolist()
        code = CODES.MERCHANT_COVERAGE_MISMATCH
        yield from listed(code, (f"merchant {m}" for m in set(wanted) - set(held)), "one slice", "none")
        yield from listed(code, (f"merchant {m}" for m in set(held) - set(wanted)), "no slice", "a slice")
        repeated = {m for m in held if held.count(m) > 1} if len(set(held)) != len(held) else set()
        yield from listed(code, (f"merchant {m}" for m in repeated), "one slice", "several")

    def v_09_each_slice_has_the_merchant_s_sites(self, outputs: states.S2B_S2.Outputs) -> Findings:
        slices = self._slices(outputs)
        wanted = self._sites_of(slices)
        wrong = (wanted >= 0) & (
            (slices.sites != wanted) | (slices.length != 16 + 8 * wanted) | (slices.header[:, 0] != wanted)
        )
        yield from row_findings(
            CODES.SITES_COUNT_MISMATCH,
            wrong,
            slices.text,
            lambda m: f"{wanted[m]} sites in {16 + 8 * wanted[m]} bytes",
            lambda m: (
                f"{slices.sites[m]} sites in {slices.length[m]} bytes, {slices.header[m, 0]} in the header"
            ),
        )

    def v_10_site_weights_and_index_rows_ascend(self, outputs: states.S2B_S2.Outputs) -> Findings:
        yield from order_findings(self.weights)
        slices = self._slices(outputs)
        ids, offset = slices.merchant_id, slices.offset
        falls = ~((ids[1:] > ids[:-1]) & (offset[1:] > offset[:-1]))
        yield from row_findings(
            CODES.INDEX_ROWS_UNORDERED,
            falls,
            lambda m: slices.text(m + 1),
            "a greater merchant_id and offset than the row before",
            slices.text,
        )

    def v_11_slices_are_aligned_and_inside_the_blob(self, outputs: states.S2B_S2.Outputs) -> Findings:
        slices = self._slices(outputs)
        outside = slices.outside | (slices.offset % max(outputs.s2_alias_index.alignment_bytes, 1) != 0)
        yield from row_findings(
            CODES.RANGE_OUT_OF_BOUNDS,
            outside,
            slices.text,
            f"an aligned slice that ends by byte {slices.size}",
            lambda m: f"bytes {slices.offset[m]} to {slices.offset[m] + slices.length[m]}",
        )

    def v_12_slices_do_not_overlap(self, outputs: states.S2B_S2.Outputs) -> Findings:
        slices = self._slices(outputs)
        order = np.argsort(slices.offset, kind="stable")
        end = np.maximum.accumulate((slices.offset + slices.length)[order])
        overlap = slices.offset[order][1:] < end[:-1]
        yield from row_findings(
            CODES.RANGE_OVERLAP,
            overlap,
            lambda m: slices.text(int(order[m + 1])),
            lambda m: f"an offset of at least {end[m]}",
            lambda m: slices.offset[order[m + 1]],
        )

    def v_13_counts_and_sizes_in_the_index_are_true(self, outputs: states.S2B_S2.Outputs) -> Findings:
        index = outputs.s2_alias_index
        yield from echo_findings(
            CODES.HEADER_COUNT_MISMATCH,
            (
                ("s2_alias_index /merchants_count", len(index.merchants), index.merchants_count),
                ("s2_alias_index /blob_size_bytes", len(outputs.s2_alias_blob), index.blob_size_bytes),
            ),
        )

    def v_14_the_blob_has_the_digest_in_the_index(self, outputs: states.S2B_S2.Outputs) -> Findings:
        found = hashlib.sha256(outputs.s2_alias_blob).hexdigest()
        yield from echo_findings(
            CODES.BLOB_DIGEST_MISMATCH,
            [("s2_alias_index /blob_sha256", outputs.s2_alias_index.blob_sha256, found)],
        )

    def v_15_quantised_bits_is_one_value_everywhere(self, outputs: states.S2B_S2.Outputs) -> Findings:
        index, bits = outputs.s2_alias_index, self.policy.quantised_bits
        yield from echo_findings(
            CODES.BIT_DEPTH_INCOHERENT, [("s2_alias_index /quantised_bits", bits, index.quantised_bits)]
        )
        held = np.array([row.quantised_bits for row in index.merchants])
        yield from row_findings(
            CODES.BIT_DEPTH_INCOHERENT,
            held != bits,
            lambda m: f"merchant {index.merchants[m].merchant_id}",
            str(bits),
            held,
        )

    def v_16_the_masses_of_each_merchant_sum_to_the_grid(self, outputs: states.S2B_S2.Outputs) -> Findings:
        slices, bits = self._slices(outputs), self.policy.quantised_bits
        grid = 1 << bits
        decodable, law, cell_merchant = slices.decoded_law()
        masses = np.rint(law * grid).astype(np.int64)
        unfit = np.bincount(cell_merchant[(masses < 0) | (masses > grid)], minlength=len(slices)) > 0
        yield from row_findings(
            CODES.NEGATIVE_OR_OVERFLOW_MASS, unfit, slices.text, f"masses from 0 to 2^{bits}", "another mass"
        )
        sums = np.bincount(cell_merchant, weights=masses, minlength=len(slices))
        yield from row_findings(
            CODES.GRID_SUM_INCORRECT,
            decodable & (sums != grid),
            slices.text,
            f"masses that sum to 2^{bits}",
            sums,
        )
        wanted = expected_masses(self.starts, self.weights.p_weight, bits)
        impossible = (wanted < 0) | (wanted > grid)
        keys = SiteKeys.of(self.weights)
        yield from row_findings(
            CODES.NEGATIVE_OR_OVERFLOW_MASS,
            impossible,
            keys.text,
            f"a mass from 0 to 2^{bits}",
            wanted,
        )
        if self._covers(slices, decodable):
            yield from row_findings(
                CODES.GRID_SUM_INCORRECT,
                masses != wanted,
                keys.text,
                lambda row: f"the mass {wanted[row]}",
                lambda row: f"{masses[row]} in the slice",
            )

    def v_17_every_slice_decodes_to_the_merchant_s_shares(self, outputs: states.S2B_S2.Outputs) -> Findings:
        slices = self._slices(outputs)
        decodable, law, cell_merchant = slices.decoded_law()
        code = CODES.ALIAS_DECODE_INCOHERENT
        yield from row_findings(
            code, ~decodable, slices.text, "a slice that decodes", "words outside its layout"
        )
        sums = np.bincount(cell_merchant, weights=law, minlength=len(slices))
        off = decodable & ~(np.abs(sums - 1.0) <= np.maximum(1e-12, slices.sites * 2.0**-53))
        yield from row_findings(code, off, slices.text, "a law that sums to 1", sums)
        if not self._covers(slices, decodable):
            if bool(decodable.all()):
                yield Finding(
                    code, "s2_alias_blob", "one cell a site of s1_site_weights", f"{law.shape[0]} cells"
                )
            return
        p, epsilon = self.weights.p_weight, self.policy.quantisation_epsilon
        far = ~(np.abs(law - p) <= epsilon)
        yield from row_findings(
            code,
            far,
            SiteKeys.of(self.weights).text,
            lambda row: f"{p[row]} within {epsilon}",
            law,
        )

    def v_18_every_slice_has_the_checksum_in_the_index(self, outputs: states.S2B_S2.Outputs) -> Findings:
        view = memoryview(outputs.s2_alias_blob)
        for row in outputs.s2_alias_index.merchants:
            found = hashlib.sha256(view[row.offset : row.offset + row.length]).hexdigest()
            yield from echo_findings(
                CODES.CHECKSUM_MISMATCH, [(f"merchant {row.merchant_id}", row.checksum, found)]
            )

    def v_19_the_index_repeats_the_sealed_policy_truly(self, outputs: states.S2B_S2.Outputs) -> Findings:
        index = outputs.s2_alias_index
        sealed = self.run.sealed.get(POLICY)
        yield from echo_findings(
            CODES.POLICY_ECHO_MISMATCH,
            (
                ("s2_alias_index /policy_id", self.policy.policy_id, index.policy_id),
                (
                    "s2_alias_index /policy_digest",
                    sealed.sha256_hex if sealed else "none",
                    index.policy_digest,
                ),
                ("s2_alias_index /layout_version", self.policy.layout_version, index.layout_version),
            ),
        )

    def v_25_byte_order_and_alignment_are_the_policy_s(self, outputs: states.S2B_S2.Outputs) -> Findings:
        index = outputs.s2_alias_index
        code = CODES.ENDIANNESS_OR_ALIGNMENT_MISMATCH
        yield from echo_findings(
            code,
            (
                ("s2_alias_index /endianness", self.policy.endianness, index.endianness),
                ("s2_alias_index /alignment_bytes", self.policy.alignment_bytes, index.alignment_bytes),
            ),
        )
        sites = max(int(np.diff(self.starts)[0]), 1) if self.starts.shape[0] > 1 else 1
        first = int.from_bytes(outputs.s2_alias_blob[:4], self.policy.endianness)
        if (
            first != sites
            and int.from_bytes(outputs.s2_alias_blob[:4][::-1], self.policy.endianness) == sites
        ):
            yield Finding(
                code,
                "s2_alias_blob",
                f"{self.policy.endianness}-endian words",
                "words of the other byte order",
            )

    def v_26_the_index_has_every_field_that_the_policy_requires(
        self, outputs: states.S2B_S2.Outputs
    ) -> Findings:
        index, required = outputs.s2_alias_index, self.policy.required_index_fields
        code = CODES.HEADER_FIELDS_MISSING
        yield from missing_findings("s2_alias_index", code, "", index.model_fields_set, required.header)
        wanted = set(required.merchant_row)
        short = (
            f"s2_alias_index merchant {row.merchant_id}"
            for row in index.merchants
            if not wanted <= row.model_fields_set
        )
        yield from listed(code, short, ", ".join(required.merchant_row), "fewer fields")

    def v_27_the_policy_states_the_worklist_convention_in_use(
        self, outputs: states.S2B_S2.Outputs
    ) -> Findings:
        code, stated = CODES.DETERMINISTIC_QUEUE_CONVENTION, self.policy.encode_spec.worklist_order
        if stated != "ascending_index":
            yield Finding(code, f"{POLICY} /encode_spec/worklist_order", "ascending_index", stated)
        slices = self._slices(outputs)
        decodable, _, cell_merchant = slices.decoded_law()
        if not self._covers(slices, decodable):
            return
        masses = expected_masses(self.starts, self.weights.p_weight, self.policy.quantised_bits)
        try:
            wanted = alias_tables(self.starts, masses, bits=self.policy.quantised_bits)
        except KernelError:  # V-16 says what is wrong with the masses
            return
        other = (slices.prob_q != wanted.prob_q) | (slices.alias != wanted.alias)
        yield from row_findings(
            code,
            np.bincount(cell_merchant[other], minlength=len(slices)) > 0,
            slices.text,
            "the cells of ascending_index worklists",
            "other cells",
        )

    def _sites_of(self, slices: AliasSlices) -> NDArray[np.int64]:
        """(M,) how many sites S1 has for each slice's merchant; -1 for one that it does not have."""
        place = np.searchsorted(self.merchant_id, slices.merchant_id)
        known = place < self.merchant_id.shape[0]
        known[known] = self.merchant_id[place[known]] == slices.merchant_id[known]
        sites = np.full(len(slices), -1, dtype=np.int64)
        sites[known] = np.diff(self.starts)[place[known]]
        return sites

    def _covers(self, slices: AliasSlices, decodable: NDArray[np.bool_]) -> bool:
        """Whether the decoded cells lie one to one on S1's rows."""
        return (
            bool(decodable.all())
            and np.array_equal(slices.merchant_id, self.merchant_id)
            and np.array_equal(slices.sites, np.diff(self.starts))
        )
