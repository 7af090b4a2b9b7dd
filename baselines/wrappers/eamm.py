"""EAMM in its own python: `python eamm.py job.json`. Written for jixinya/EAMM at e176a79; see docs/guide/methods.

Head poses are those of the source video, read off it before: `<poses>/<source's name>.npy`. The emotion comes from the
reference video. The repository's demo is called as it is, so the networks are loaded for every sample.
"""

import argparse
import os
import shutil

from wrapper_steps import join, main


def work_through(job):
    """Import the repository's demo and return what edits one sample."""
    import demo

    def edit(sample):
        folder = os.path.join(job["work"], "result")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        name = os.path.splitext(os.path.basename(sample["source_video"]))[0]
        pose = os.path.join(job["options"]["poses"], name + ".npy")
        if not os.path.isfile(pose):
            raise OSError(f"no {name}.npy in the folder of poses")
        if not sample["reference"] or not sample["reference"].lower().endswith((".mp4", ".mov", ".avi")):
            raise ValueError("EAMM needs a reference video, got {!r}".format(sample["reference"]))
        # the defaults of demo.py at the commit above
        options = argparse.Namespace(
            config="config/MEAD_emo_video_aug_delta_4_crop_random_crop.yaml",
            audio_checkpoint="log/1-6000.pth.tar",
            checkpoint="log/124_52000.pth.tar",
            emo_checkpoint="log/5-3000.pth.tar",
            source_image=sample["identity_image"],
            driving_video=sample["reference"],
            in_file=sample["speech"],
            pose_file=pose,
            pose_given=None,
            result_path=folder + os.sep,
            relative=False,
            adapt_scale=False,
            cpu=False,
            kp_loss=0,
            smooth_pose=True,
            pose_long=False,
            weight=0,
            add_emo=False,
            check_add=False,
            type="linear_3",
            emotion=sample["emotion_label"] or "neutral",
        )
        demo.test(options, sample["id"])
        join(os.path.join(folder, "emotion.mp4"), sample["speech"], sample["output"])

    return edit


if __name__ == "__main__":
    main(work_through)
