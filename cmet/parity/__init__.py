"""Parity of C-MET with the public reference code: every golden array of family `cmet`, recomputed here.

`CHECKS` maps a check's id to a function of a golden folder and the check's parameters. What a check needs to know
(sizes, number of frames, names of cases, seeds) it reads from the folder.
"""

from __future__ import annotations

from benchmark.checkpoints.golden import Check
from cmet.parity.connector import check_forward, check_loop
from cmet.parity.edtalk import check_codes, check_decoder, check_encoder, check_outputs
from cmet.parity.emotion_vectors import check_emotion_vectors
from cmet.parity.pixels import check_postprocess
from cmet.parity.speech import check_audio2lip
from cmet.parity.training import check_losses, check_train_step, check_training_sampler

CHECKS: dict[str, Check] = {
    "connector.forward": check_forward,
    "connector.loop": check_loop,
    "edtalk.codes": check_codes,
    "edtalk.encoder": check_encoder,
    "edtalk.decoder": check_decoder,
    "edtalk.outputs": check_outputs,
    "audio2lip": check_audio2lip,
    "emotion_vectors": check_emotion_vectors,
    "losses": check_losses,
    "train_step": check_train_step,
    "training_sampler": check_training_sampler,
    "postprocess": check_postprocess,
}
