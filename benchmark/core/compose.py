"""Configuration files become one nested mapping. Hydra composes them, and this is the only file that knows it.

Values that people type are read by `benchmark.core.overrides`: YAML would make `010` an 8 and lose what follows a `#`.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any


def compose_files(folder: Path, name: str, choices: Sequence[str] = ()) -> dict[str, Any]:
    """The file `name` of a folder with the files that its defaults list names.

    Args:
        folder: of YAML files, and of folders of them: the groups.
        name: of the file that comes first, without its ending.
        choices: `group=name` takes another file of a group, `~group` none.
    """
    return deepcopy(_composed(folder.absolute(), name, tuple(choices)))


@cache
def _composed(folder: Path, name: str, choices: tuple[str, ...]) -> dict[str, Any]:
    from hydra import compose, initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra
    from omegaconf import OmegaConf

    GlobalHydra.instance().clear()
    with initialize_config_dir(config_dir=str(folder), version_base="1.3"):
        config = compose(name, overrides=list(choices))
    plain: dict[str, Any] = OmegaConf.to_container(config, resolve=True)  # type: ignore[assignment]
    return plain


def names_in(folder: Path) -> list[str]:
    """Names of the YAML files of a folder, sorted."""
    return sorted(path.stem for path in folder.glob("*.yaml"))


def read_file(path: Path) -> dict[str, Any]:
    """One YAML file by itself."""
    from omegaconf import OmegaConf

    plain: dict[str, Any] = OmegaConf.to_container(OmegaConf.load(path))  # type: ignore[assignment]
    return plain
