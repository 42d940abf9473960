"""Where the contracts and policies lie that came with this copy of closedworld.

An installed wheel carries them inside the package; a checkout has them as folders beside it. Both are found from the
place of this file, never from the working directory, so that every command works from any folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["ResourceMissingError", "contracts_root", "policies_root"]

_PACKAGE: Final = Path(__file__).resolve().parent.parent


class ResourceMissingError(FileNotFoundError):
    """A folder that every copy of closedworld carries is not there."""

    def __init__(self, name: str, places: tuple[Path, ...]) -> None:
        looked = " and ".join(str(place) for place in places)
        super().__init__(
            f"{name}/ is missing from this copy of closedworld: looked in {looked}; "
            "reinstall closedworld, or restore the folder"
        )
        self.name, self.places = name, places

    def __reduce__(self) -> tuple[type[ResourceMissingError], tuple[str, tuple[Path, ...]]]:
        return type(self), (self.name, self.places)


def contracts_root() -> Path:
    """The folder that holds `layer1/` and `layer2/` of the contracts.

    Raises:
        ResourceMissingError: neither the package nor the checkout has it.
    """
    return _resource("contracts", _PACKAGE)


def policies_root() -> Path:
    """The folder that holds the shipped policies, with `recipes/` for worlds.

    Raises:
        ResourceMissingError: neither the package nor the checkout has it.
    """
    return _resource("policies", _PACKAGE)


def _resource(name: str, package: Path) -> Path:
    """The packaged copy of a folder, or the one beside the package."""
    places = (package / "_data" / name, package.parent / name)
    for place in places:
        if place.is_dir():
            return place
    raise ResourceMissingError(name, places)
