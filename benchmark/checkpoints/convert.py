"""Convert torch weights to safetensors: `python -m benchmark.checkpoints.convert IN OUT.safetensors [--key NAME]`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmark.checkpoints.errors import WeightsError
from benchmark.core.command_line import Parser, leave, output_file, run_command
from benchmark.core.files import file_sha256, replace_file


def convert(source: Path, target: Path, keys: tuple[str, ...] | None = None) -> int:
    """Write the tensors of `source` to `target`, in one step.

    Args:
        source: any file that `benchmark.checkpoints.load.read_state` reads.
        target: .../NAME.safetensors; its metadata names the source and the source's sha256.
        keys: where the weights stand in the source; None: where they usually do (`STATE_KEYS`).

    Returns:
        How many tensors were written.

    Raises:
        WeightsError: the source can't be read, or the target is not called .safetensors.
    """
    from safetensors.torch import save_file

    from benchmark.checkpoints.load import STATE_KEYS, read_state

    if target.suffix != ".safetensors":
        raise WeightsError(f"{target}: the output must be called NAME.safetensors")
    state = {key: value.contiguous().clone() for key, value in read_state(source, keys or STATE_KEYS).items()}
    with replace_file(target) as temporary:
        save_file(state, temporary, metadata={"source": source.name, "source_sha256": file_sha256(source)})
    return len(state)


def parser() -> Parser:
    """The command line."""
    p = Parser("benchmark.checkpoints.convert", __doc__)
    p.add_argument("source", type=Path, metavar="IN", help="torch or safetensors file")
    p.add_argument("target", type=output_file, metavar="OUT.safetensors")
    p.add_argument("--key", help="where the weights stand in IN (default: where they usually do, or the top)")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code: 0, or 2 with one line on stderr."""
    return run_command(parser(), _work, arguments)


def _work(options: argparse.Namespace) -> None:
    count = convert(options.source, options.target, (options.key,) if options.key else None)
    print(f"{options.target}: {count} tensors")


if __name__ == "__main__":
    leave(main())
