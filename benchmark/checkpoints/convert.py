"""Convert torch weights to safetensors: `python -m benchmark.checkpoints.convert IN OUT.safetensors [--key NAME]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from safetensors.torch import save_file

from benchmark.checkpoints.errors import WeightsError
from benchmark.checkpoints.load import STATE_KEYS, read_state
from benchmark.core.files import file_sha256, replace_file


def convert(source: Path, target: Path, keys: tuple[str, ...] = STATE_KEYS) -> int:
    """Write the tensors of `source` to `target`, in one step.

    Args:
        source: any file that `benchmark.checkpoints.load.read_state` reads.
        target: .../NAME.safetensors; its metadata names the source and the source's sha256.
        keys: where the weights stand in the source.

    Returns:
        How many tensors were written.

    Raises:
        WeightsError: the source can't be read, or the target is not called .safetensors.
    """
    if target.suffix != ".safetensors":
        raise WeightsError(f"{target}: the output must be called NAME.safetensors")
    state = {key: value.contiguous().clone() for key, value in read_state(source, keys).items()}
    with replace_file(target) as temporary:
        save_file(state, temporary, metadata={"source": source.name, "source_sha256": file_sha256(source)})
    return len(state)


def main(arguments: list[str] | None = None) -> int:
    """The command line. Returns the exit code: 0, or 2 with one line on stderr."""
    parser = argparse.ArgumentParser(prog="python -m benchmark.checkpoints.convert", description=__doc__)
    parser.add_argument("source", type=Path, metavar="IN", help="torch or safetensors file")
    parser.add_argument("target", type=Path, metavar="OUT.safetensors")
    parser.add_argument("--key", help=f"where the weights stand in IN (default: {', '.join(STATE_KEYS)} or the top)")
    options = parser.parse_args(arguments)
    try:
        count = convert(options.source, options.target, (options.key,) if options.key else STATE_KEYS)
    except (WeightsError, OSError) as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    print(f"{options.target}: {count} tensors")
    return 0


if __name__ == "__main__":
    sys.exit(main())
