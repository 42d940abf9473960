"""A bundle verifies in full or not at all: vectors, planted faults, and every byte of a small bundle flipped."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from engine.core.bundles import write_bundle
from engine.core.digests import folder_digest
from engine.core.errors import GateFailure, GateReason
from engine.core.gates import BundleMember, flag_digest, verify_bundle

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "digests.json").read_text("utf-8"))
MEMBERS: dict[str, Path | bytes] = {
    "r/report.json": b"{}\n",
    "a.json": b"[1]\n",
    "r/x=1/b": b"",
    "r/_passed.flag": b"m",
}
WORLD = "ab" * 32
FORMS: dict[str, dict[str, Any]] = {
    "layer1": {"bundle_law": "concat_v1", "flag_form": "text", "index_form": "array"},
    "2B": {"bundle_law": "index_v2", "flag_form": "text", "index_form": "array"},
    "layer2": {"bundle_law": "index_v2", "flag_form": "json", "index_form": "entries"},
}


def built(folder: Path, form: str) -> Path:
    roles = dict.fromkeys(MEMBERS, "evidence") if form == "layer2" else None
    write_bundle(folder, MEMBERS, manifest_fingerprint=WORLD, roles=roles, **FORMS[form])
    return folder


def refused(folder: Path, form: str, **options: Any) -> GateFailure:
    with pytest.raises(GateFailure) as caught:
        verify_bundle(folder, **FORMS[form], **options)
    return caught.value


@pytest.mark.parametrize("form", FORMS)
def test_a_sound_bundle_verifies_and_gives_its_digests_and_members(form: str, tmp_path: Path) -> None:
    folder = built(tmp_path / "b", form)
    found = verify_bundle(folder, **FORMS[form], manifest_fingerprint=WORLD)
    digest = {
        path: hashlib.sha256(data).hexdigest() for path, data in MEMBERS.items() if isinstance(data, bytes)
    }
    if FORMS[form]["bundle_law"] == "concat_v1":
        law = b"".join(data for _, data in sorted(MEMBERS.items()) if isinstance(data, bytes))
    else:
        law = b"".join(f"{path}\0{digest[path]}\n".encode() for path in sorted(MEMBERS))
    assert found.bundle_digest == hashlib.sha256(law).hexdigest()
    assert found.folder_digest == folder_digest(folder)
    assert found.manifest_fingerprint == (WORLD if form == "layer2" else None)
    role = "evidence" if form == "layer2" else None
    assert found.members == tuple(
        BundleMember(path, len(MEMBERS[path]), digest[path], role)  # type: ignore[arg-type]
        for path in sorted(MEMBERS)
    )


@pytest.mark.parametrize("vector", VECTORS["text_flag"])
def test_text_flags_match_the_vectors(vector: dict[str, Any]) -> None:
    data = vector["text"].encode("utf-8")
    if vector["digest"] is None:
        with pytest.raises(GateFailure) as caught:
            flag_digest(data, "text", where="flag")
        assert caught.value.reason is GateReason.FLAG
    else:
        assert flag_digest(data, "text", where="flag") == (vector["digest"], None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        f'{{"bundle_digest_sha256":"{WORLD}"}}',
        f'{{"bundle_digest_sha256":"{WORLD}","manifest_fingerprint":"{WORLD}","more":1}}',
        f'{{"bundle_digest_sha256":"{WORLD}","bundle_digest_sha256":"{WORLD}","manifest_fingerprint":"{WORLD}"}}',
        f'{{"bundle_digest_sha256":"{WORLD.upper()}","manifest_fingerprint":"{WORLD}"}}',
        f'{{"bundle_digest_sha256":"{WORLD}","manifest_fingerprint":1}}',
        f'{{"bundle_digest_sha256":"{WORLD}\\n","manifest_fingerprint":"{WORLD}"}}',
    ],
)
def test_json_flags_have_exactly_their_two_keys(text: str) -> None:
    with pytest.raises(GateFailure) as caught:
        flag_digest(text.encode(), "json", where="flag")
    assert caught.value.reason is GateReason.FLAG


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("bit", [0, 3, 5, 7])
def test_no_flipped_byte_passes_unless_the_flag_still_says_the_same(
    form: str, bit: int, tmp_path: Path
) -> None:
    folder = built(tmp_path / "b", form)
    sound = verify_bundle(folder, **FORMS[form])
    passed: list[tuple[str, int]] = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        for position in range(len(data)):
            changed = bytearray(data)
            changed[position] ^= 1 << bit
            path.write_bytes(changed)
            try:
                found = verify_bundle(folder, **FORMS[form], manifest_fingerprint=WORLD)
            except GateFailure as failure:
                assert failure.where
                assert failure.expected != failure.found
            else:
                passed.append((path.relative_to(folder).as_posix(), position))
                # The index may change no byte without changing the folder digest that is sealed.
                changed_index = found.folder_digest != sound.folder_digest
                assert changed_index == (path.name == "index.json" and path.parent == folder)
                assert found.bundle_digest == sound.bundle_digest
        path.write_bytes(data)
    for name, position in passed:
        original = (folder / name).read_bytes()
        assert name in ("_passed.flag", "index.json")
        if name == "_passed.flag":
            # Only a blank that became another blank, or = that became :, still matches the form.
            assert original[position : position + 1] in (b" ", b"=", b"\n")
        else:
            # Only a role is not bound by the bundle digest; the sealed folder digest binds it.
            assert form == "layer2"
            assert b'"evidence"' in original[max(0, position - 10) : position + 10]


def test_a_tab_or_a_colon_in_the_text_flag_still_passes(tmp_path: Path) -> None:
    folder = built(tmp_path / "b", "2B")
    digest = verify_bundle(folder, **FORMS["2B"]).bundle_digest
    for text in (f"\tsha256_hex:{digest}", f"sha256_hex =\t{digest} \r\n"):
        (folder / "_passed.flag").write_bytes(text.encode())
        assert verify_bundle(folder, **FORMS["2B"]).bundle_digest == digest


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["index.json", "_passed.flag"])
def test_a_missing_index_or_flag_is_missing(form: str, name: str, tmp_path: Path) -> None:
    folder = built(tmp_path / "b", form)
    (folder / name).unlink()
    failure = refused(folder, form)
    flagless = name == "_passed.flag"
    assert failure.reason is (GateReason.FLAG_MISSING if flagless else GateReason.MISSING)
    assert failure.where.endswith(name)


def test_a_missing_folder_is_missing(tmp_path: Path) -> None:
    assert refused(tmp_path / "none", "2B").reason is GateReason.MISSING


@pytest.mark.parametrize("form", FORMS)
def test_missing_extra_and_changed_members_are_found(form: str, tmp_path: Path) -> None:
    folder = built(tmp_path / "b", form)
    (folder / "a.json").write_bytes(b"[2]\n")
    failure = refused(folder, form)
    assert failure.reason is GateReason.MEMBER_DIGEST
    assert failure.expected == hashlib.sha256(b"[1]\n").hexdigest()
    assert failure.found == hashlib.sha256(b"[2]\n").hexdigest()
    (folder / "a.json").unlink()
    assert refused(folder, form).reason is GateReason.MEMBER
    (folder / "a.json").write_bytes(b"[1]\n")
    verify_bundle(folder, **FORMS[form])
    for extra in ("r/index.json", "more", "r/.more"):
        (folder / extra).write_bytes(b"")
        hidden = extra == "r/.more"  # an illegal name is refused before the index is read
        reason = GateReason.MEMBER if hidden else GateReason.EXTRA
        assert refused(folder, form).reason is reason, extra
        (folder / extra).unlink()


def test_another_worlds_flag_is_found(tmp_path: Path) -> None:
    failure = refused(built(tmp_path / "b", "layer2"), "layer2", manifest_fingerprint="00" * 32)
    assert (failure.reason, failure.expected, failure.found) == (GateReason.FINGERPRINT, "00" * 32, WORLD)


def test_a_flag_with_another_digest_is_found_and_both_are_named(tmp_path: Path) -> None:
    folder = built(tmp_path / "b", "2B")
    digest = verify_bundle(folder, **FORMS["2B"]).bundle_digest
    (folder / "_passed.flag").write_text(f"sha256_hex = {'0' * 64}\n")
    failure = refused(folder, "2B")
    assert (failure.reason, failure.expected, failure.found) == (GateReason.DIGEST, "0" * 64, digest)


def rewritten(folder: Path, entries: Any, *, wrap: bool = False) -> None:
    (folder / "index.json").write_text(json.dumps({"entries": entries} if wrap else entries))


@pytest.mark.parametrize(
    "path",
    ["../secret", "r/../../secret", "/etc/passwd", "./a.json", "r//report.json", "r/./report.json", "r\\report.json",
     "", "a.json/", "é", "a\u0000", "a\n", "index.json", "_passed.flag", "a.json"],
)  # fmt: skip
@pytest.mark.parametrize("form", ["2B", "layer2"])
def test_an_illegal_path_in_the_index_is_never_opened(path: str, form: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"[1]\n")
    folder = built(tmp_path / "b", form)
    index = json.loads((folder / "index.json").read_text())
    entries = index["entries"] if form == "layer2" else index
    entries.append({**entries[0], "path": path})
    rewritten(folder, entries, wrap=form == "layer2")
    failure = refused(folder, form)
    assert failure.reason is (GateReason.PATH if path else GateReason.INDEX)
    assert failure.found != ""


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        b"null",
        b'"x"',
        b"[1]",
        b"[[]]",
        b'[{"path":"a.json"}]',
        b'[{"path":"a.json","sha256_hex":"00"}]',
        b'[{"path":"a.json","sha256_hex":null}]',
        b'[{"path":["a.json"],"sha256_hex":"' + b"0" * 64 + b'"}]',
        b'[{"path":"a.json","sha256_hex":"' + b"0" * 64 + b'","role":"x"}]',
        b'[{"path":"a.json","path":"b","sha256_hex":"' + b"0" * 64 + b'"}]',
        b'{"entries":[]}',
        b"[] []",
        b"\xef\xbb\xbf[]",
    ],
)
def test_an_index_of_another_form_is_refused(text: bytes, tmp_path: Path) -> None:
    folder = built(tmp_path / "b", "2B")
    (folder / "index.json").write_bytes(text)
    assert refused(folder, "2B").reason is GateReason.INDEX


@pytest.mark.parametrize(
    "text",
    [
        b"[]",
        b'{"entries":{}}',
        b'{"entries":[],"more":1}',
        b'{"entries":[{"path":"a.json","sha256_hex":"' + b"0" * 64 + b'"}]}',
    ],
)
def test_a_layer_2_index_of_another_form_is_refused(text: bytes, tmp_path: Path) -> None:
    folder = built(tmp_path / "b", "layer2")
    (folder / "index.json").write_bytes(text)
    assert refused(folder, "layer2").reason is GateReason.INDEX


@pytest.mark.parametrize("name", ["a.json", "index.json", "_passed.flag"])
def test_a_symbolic_link_in_place_of_a_file_is_refused(name: str, tmp_path: Path) -> None:
    folder = built(tmp_path / "b", "2B")
    outside = tmp_path / "outside"
    (folder / name).rename(outside)
    (folder / name).symlink_to(outside)
    assert refused(folder, "2B").reason is GateReason.SYMLINK


def test_a_symbolic_link_in_place_of_a_folder_on_the_way_is_refused(tmp_path: Path) -> None:
    folder = built(tmp_path / "b", "2B")
    (folder / "r").rename(tmp_path / "outside")
    (folder / "r").symlink_to(tmp_path / "outside")
    assert refused(folder, "2B").reason is GateReason.SYMLINK


def test_a_linked_bundle_folder_and_a_fifo_are_refused(tmp_path: Path) -> None:
    folder = built(tmp_path / "b", "2B")
    (tmp_path / "link").symlink_to(folder)
    assert refused(tmp_path / "link", "2B").reason is GateReason.SYMLINK
    (folder / "a.json").unlink()
    os.mkfifo(folder / "a.json")
    assert refused(folder, "2B").reason is GateReason.SYMLINK


def test_index_order_is_no_matter_of_the_gate(tmp_path: Path) -> None:
    folder = built(tmp_path / "b", "2B")
    before = verify_bundle(folder, **FORMS["2B"])
    rewritten(folder, json.loads((folder / "index.json").read_text())[::-1])
    after = verify_bundle(folder, **FORMS["2B"])
    assert (after.bundle_digest, after.members) == (before.bundle_digest, before.members)
    assert after.folder_digest != before.folder_digest


def test_concat_v1_binds_no_borders_but_the_index_and_the_seal_do(tmp_path: Path) -> None:
    digests_found = []
    for name, members in (("x", {"a": b"12", "b": b"3"}), ("y", {"a": b"1", "b": b"23"})):
        write_bundle(tmp_path / name, members, manifest_fingerprint=WORLD, **FORMS["layer1"])
        digests_found.append(verify_bundle(tmp_path / name, **FORMS["layer1"]))
    assert digests_found[0].bundle_digest == digests_found[1].bundle_digest
    assert digests_found[0].folder_digest != digests_found[1].folder_digest
    (tmp_path / "y" / "index.json").write_bytes((tmp_path / "x" / "index.json").read_bytes())
    assert refused(tmp_path / "y", "layer1").reason is GateReason.MEMBER_DIGEST
