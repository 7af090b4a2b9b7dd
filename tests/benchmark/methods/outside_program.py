"""What an external program may do, for tests: copies sources, dawdles, breaks. Python 3.8, standard library only."""

import json
import os
import shutil
import subprocess
import sys
import time


def main():
    """`outside_program.py job.json`; the job's options say what goes wrong."""
    with open(sys.argv[1]) as file:
        job = json.load(file)
    options = job["options"]
    print("python {} sees GPU {!r}".format(sys.prefix, os.environ.get("CUDA_VISIBLE_DEVICES")), flush=True)
    if options.get("package"):
        module = __import__(options["package"])
        print("{} is here: {}".format(options["package"], module.__file__), flush=True)
    if options.get("child"):
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        with open(options["child"], "w") as file:
            file.write(str(child.pid))
    for number, sample in enumerate(job["samples"]):
        if number == options.get("sleep_at"):
            print("falling asleep", flush=True)
            time.sleep(600)
        if number == options.get("break_at"):
            raise RuntimeError("the weights do not fit")
        if number == options.get("stop_at"):
            print("that is enough for today", flush=True)
            return
        if number == options.get("refuse_at"):
            with open(job["report"], "a") as file:
                file.write(json.dumps({"id": sample["id"], "status": "no_face", "reason": "nobody there"}) + "\n")
            continue
        half = sample["output"] + ".half"
        shutil.copy(sample["source_video"], half)
        if number == options.get("spoil_at"):
            with open(half, "wb") as file:
                file.write(b"no video")
        os.replace(half, sample["output"])
        with open(job["report"], "a") as file:
            file.write(json.dumps({"id": sample["id"], "status": "ok", "seconds": 0.25}) + "\n")


main()
