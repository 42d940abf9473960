"""A dead stage that is taken over: complete parts stay, everything else is gone, folders included."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.core.stages import Stage

PARTITION = {"seed": "1"}


def test_what_was_half_written_leaves_nothing_behind_not_even_its_folders(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), Stage.open(tmp_path, "2B.S8", "a" * 64) as stage:
        bundle = stage.dataset_folder("validation_bundle_2B", PARTITION)
        (bundle / "evidence" / "s0").mkdir(parents=True)
        (bundle / "evidence" / "s0" / "receipt.json").write_text("{}")
        part = stage.dataset_folder("s3_day_effects", PARTITION) / "part-00000.parquet"
        part.write_bytes(b"whole")
        stage.mark_part_complete("s3_day_effects", PARTITION, part.name)
        raise KeyboardInterrupt  # as a kill: the stage stays
    with Stage.open(tmp_path, "2B.S8", "a" * 64) as again:
        assert again.folder == stage.folder
        assert list(again.complete_parts("s3_day_effects", PARTITION)) == [part.name]
        assert list(again.dataset_folder("validation_bundle_2B", PARTITION).iterdir()) == []
