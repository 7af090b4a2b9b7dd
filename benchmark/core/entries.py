"""Where the entries of every registry are, as text: the one table of imports that no import statement shows.

A value is "package.module:attribute"; nothing is imported before somebody asks for the name. `METRIC_MODULES` names
modules, whose `METRICS` are registered together. Other packages add their own through entry points
(`[project.entry-points]`), whose groups are named where a registry is made. A test holds every entry to a room that the
asking room may reach, and finds addresses outside this table.
"""

from __future__ import annotations

from collections.abc import Mapping

METHODS: Mapping[str, str] = {
    "cmet": "cmet.method:CMet",
    "cmet-pdfgc": "baselines.cmet_pdfgc:CMetPDFGC",
    "eamm": "baselines.outside:EAMM",
    "eat": "baselines.outside:EAT",
    "edtalk-audio": "baselines.edtalk_audio:EDTalkAudio",
    "edtalk-image": "baselines.edtalk_image:EDTalkImage",
    "edtalk-label": "baselines.edtalk_label:EDTalkLabel",
    "float": "baselines.float_.method:FloatAudio",
    "float-label": "baselines.float_.method:FloatLabel",
    "external": "benchmark.methods.external:External",
    "pd_fgc": "baselines.outside:PDFGC",
    "styletalk": "baselines.outside:StyleTalk",
    "source_copy": "baselines.source_copy:SourceCopy",
    "ground_truth": "baselines.ground_truth:GroundTruth",
    "videos": "benchmark.methods.videos:Videos",
}
"""Methods (`benchmark.methods.base.Method`)."""

DATASETS: Mapping[str, str] = {
    "puppets": "benchmark.datasets.puppets:Puppets",
    "clips": "benchmark.datasets.clips:Clips",
    "mead": "benchmark.datasets.mead:Mead",
    "crema_d": "benchmark.datasets.crema_d:CremaD",
    "extended": "benchmark.datasets.extended:Extended",
}
"""Datasets (`benchmark.datasets.base.Dataset`)."""

METRIC_MODULES: tuple[str, ...] = (
    "benchmark.metrics.emotion_accuracy",
    "benchmark.metrics.emotion_probability",
    "benchmark.metrics.emotion_agreement",
    "benchmark.metrics.intensity",
    "benchmark.metrics.affect_agreement",
    "benchmark.metrics.puppet_expression",
    "benchmark.metrics.expression",
    "benchmark.metrics.motion_kept",
    "benchmark.metrics.identity",
    "benchmark.metrics.lip_sync",
    "benchmark.metrics.puppet_sync",
    "benchmark.metrics.landmarks",
    "benchmark.metrics.image_quality",
    "benchmark.metrics.face_coverage",
    "benchmark.metrics.fid",
    "benchmark.metrics.fvd",
    "benchmark.metrics.cost",
)
"""Modules of metrics, one quantity each; the order is that of the protocol page. Numpy and scipy only, no torch."""

FACE_TRACKERS: Mapping[str, str] = {"yunet": "benchmark.extractors.face_yunet:YuNetTracker"}
"""Face trackers (`benchmark.extractors.base.FaceTracker`)."""

EXTRACTORS: Mapping[str, str] = {
    # The embedded corpus, by its own small judges, and pictures without any network.
    "quality": "benchmark.extractors.quality:Quality",
    "puppet_emotion": "benchmark.extractors.puppet_emotion:PuppetEmotion",
    "puppet_face": "benchmark.extractors.puppet_face:PuppetFace",
    "puppet_identity": "benchmark.extractors.puppet_identity:PuppetIdentity",
    "puppet_face_affect": "benchmark.extractors.puppet_affect:PuppetFaceAffect",
    "puppet_voice_affect": "benchmark.extractors.puppet_affect:PuppetVoiceAffect",
    "puppet_sync": "benchmark.extractors.puppet_sync:PuppetSync",
    # Real video, by small published networks.
    "identity_mobilefacenet": "benchmark.extractors.identity_mobilefacenet:IdentityMobileFaceNet",
    "emotion_faceapi": "benchmark.extractors.emotion_faceapi:EmotionFaceApi",
    "emotion_xception102": "benchmark.extractors.emotion_xception:EmotionXception102",
    "emotion_xception119": "benchmark.extractors.emotion_xception:EmotionXception119",
    "emotion_hsemotion": "benchmark.extractors.emotion_hsemotion:EmotionHSEmotion",
    "landmarks_facemesh": "benchmark.extractors.landmarks_facemesh:LandmarksFaceMesh",
    "landmarks_pfld": "benchmark.extractors.landmarks_pfld:LandmarksPfld",
    "sharpness": "benchmark.extractors.sharpness:Sharpness",
    "aligned_quality": "benchmark.extractors.aligned_quality:AlignedQuality",
    "sync_syncnet": "benchmark.extractors.sync_syncnet:SyncSyncNet",
    "inception_pool3": "benchmark.extractors.inception_pool3:InceptionPool3",
    # Real video, by the full-size networks of the published evaluations.
    "inception_jpeg": "benchmark.extractors.inception_pool3:InceptionJpeg",
    "i3d_author": "benchmark.extractors.i3d_logits:I3DAuthor",
    "i3d_window": "benchmark.extractors.i3d_logits:I3DWindow",
    "judge_mead": "benchmark.extractors.judge_resnet18:JudgeMead",
    "judge_mead_author": "benchmark.extractors.judge_resnet18:JudgeMeadAuthor",
    "judge_crema_d": "benchmark.extractors.judge_resnet18:JudgeCremaD",
    "judge_crema_d_author": "benchmark.extractors.judge_resnet18:JudgeCremaDAuthor",
    "judge_fan": "benchmark.extractors.judge_fan:JudgeFan",
    "judge_hub": "benchmark.extractors.judge_hub:JudgeHub",
    "identity_arcface50": "benchmark.extractors.identity_arcface:IdentityArcface50",
    "identity_arcface100": "benchmark.extractors.identity_arcface:IdentityArcface100",
    "syncnet_lips": "benchmark.extractors.syncnet_speech:SyncnetLips",
    "syncnet_sound": "benchmark.extractors.syncnet_speech:SyncnetSound",
    "face_presence": "benchmark.extractors.face_presence:FacePresence",
    "faces_beside": "benchmark.extractors.faces_beside:PairedFaceQuality",
    "lpips_beside": "benchmark.extractors.faces_beside:PairedLpips",
}
"""Extractors (`benchmark.extractors.base.AnyExtractor`)."""

EXECUTORS: Mapping[str, str] = {
    "processes": "benchmark.harness.executors.processes:Processes",
    "ray": "benchmark.harness.executors.ray_cluster:RayCluster",
    "slurm": "benchmark.harness.executors.slurm:Slurm",
}
"""Who does the work of a run (`benchmark.harness.executors.base.Executor`)."""

FEATURE_MAKERS: Mapping[str, str] = {"cmet": "cmet.corpus.features:prepare"}
"""Who turns a corpus into training features, for `python -m benchmark.prepare features`."""

TRANSCRIBERS: Mapping[str, str] = {"whisper": "benchmark.prepare.align.transcribe:Whisper"}
"""Speech recognisers, for `python -m benchmark.prepare align`."""

MEASUREMENTS: Mapping[str, str] = {
    "generation": "cmet.speed.generation:measure_generation",
    "metrics": "benchmark.speed.metrics:measure_metrics",
    "harness": "benchmark.speed.harness:measure_harness",
    "prepare": "benchmark.speed.preparing:measure_prepare",
    "reading": "benchmark.speed.reading:measure_reading",
    "statistics": "benchmark.speed.statistics:measure_statistics",
}
"""What `python -m benchmark.speed` can time."""

PARITY_CHECKS: Mapping[str, str] = {
    "cmet": "cmet.parity:CHECKS",
    "float": "baselines.float_.parity:CHECKS",
    "metrics": "benchmark.parity.golden:CHECKS",
}
"""Tables of checks against stored values of the original implementations, for `python -m benchmark.parity`."""
