"""Arrays from files that may be damaged, or somebody else's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def load_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """All arrays of an npz by name; nothing in it is unpickled.

    Raises:
        OSError: it can't be read.
        ValueError: it is damaged, or no npz. A flipped bit makes zipfile, zlib and numpy raise nearly anything.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except OSError:
        raise
    except Exception as error:
        raise ValueError(f"can't be read: {type(error).__name__}") from error
