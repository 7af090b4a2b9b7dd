"""What every wrapper shares: read the job, do one sample after the other, report each at once. Standard library only.

It lies beside the wrappers, where their python finds it; it is none itself.
"""

import json
import os
import subprocess
import sys
import time
import traceback


def main(work_through):
    """Read the job and do one sample after the other; what happened to each is reported at once."""
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    sys.path.insert(0, job["checkout"])
    os.chdir(job["checkout"])
    edit = work_through(job)
    for sample in job["samples"]:
        started = time.time()
        report = {"id": sample["id"], "status": "ok", "reason": ""}
        try:
            edit(sample)
        except Exception as error:
            traceback.print_exc()
            report.update(status="method_failed", reason=f"{type(error).__name__}: {error}")
        report["seconds"] = time.time() - started
        with open(job["report"], "a", encoding="utf-8") as file:
            file.write(json.dumps(report) + "\n")


def join(silent, speech, output):
    """Put the speech under a silent video; the output appears whole or not at all."""
    half = os.path.join(os.path.dirname(output), "half." + os.path.basename(output))
    words = ["-loglevel", "error", "-y", "-i", silent, "-i", speech, "-map", "0:v:0", "-map", "1:a:0"]
    subprocess.check_call(["ffmpeg"] + words + ["-c:v", "copy", "-c:a", "aac", half])
    os.replace(half, output)
