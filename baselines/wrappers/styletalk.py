"""StyleTalk in its own python: `python styletalk.py job.json`. Written for FuxiVirtualHuman/styletalk at 17b046c.

Steps: docs/guide/methods/styletalk.md. It reads 3DMM coefficients and phonemes that were made before:
`<coefficients>/<video's name>.mat` of the source (pose) and of the reference (style),
`<phonemes>/<source's name>_seq.json` of what is spoken. The networks are loaded once.
"""

import os

from wrapper_steps import join, main


def stem(path):
    """File name without its suffix."""
    return os.path.splitext(os.path.basename(path))[0]


def made_before(folder, name):
    """A file that the user has prepared."""
    path = os.path.join(folder, name)
    if not os.path.isfile(path):
        raise OSError(f"no {name} in {folder}")
    return path


def work_through(job):
    """Load the networks and return what edits one sample."""
    import cv2
    import inference_for_demo as demo
    import torch
    from configs.default import get_cfg_defaults

    options = job["options"]
    cfg = get_cfg_defaults()
    cfg.INFERENCE.CHECKPOINT = "checkpoints/styletalk_checkpoint.pth"
    cfg.freeze()
    networks = demo.get_eval_model(cfg)
    renderer = demo.get_netG("checkpoints/renderer_checkpoint.pt")

    def edit(sample):
        if not sample["reference"]:
            raise ValueError("StyleTalk needs a reference video")
        # the speech in the job is named after the sample; phonemes are named after what is spoken: the source
        phonemes = made_before(options["phonemes"], stem(sample["source_video"]) + "_seq.json")
        pose = made_before(options["coefficients"], stem(sample["source_video"]) + ".mat")
        style = made_before(options["coefficients"], stem(sample["reference"]) + ".mat")
        face = os.path.join(job["work"], "face.png")
        cv2.imwrite(face, cv2.resize(cv2.imread(sample["identity_image"]), (256, 256), interpolation=cv2.INTER_AREA))
        codes, silent = os.path.join(job["work"], "codes.npy"), os.path.join(job["work"], "silent.mp4")
        torch.manual_seed(job["seed"])
        demo.generate_expression_params(cfg, phonemes, style, pose, codes, *networks)
        demo.render_video(
            renderer, face, codes, sample["speech"], silent, silent=True, fps=options.get("fps", 30), split_size=4
        )
        join(silent, sample["speech"], sample["output"])

    return edit


if __name__ == "__main__":
    main(work_through)
