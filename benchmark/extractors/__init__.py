"""Extractors by name. Each is imported when a metric of the run needs it.

A new extractor gets one line here: `EXTRACTORS.add("name", "benchmark.extractors.file:Class")`; a new face tracker
`FACE_TRACKERS.add(...)`. Other packages use the entry-point groups named in `base`.
"""

from benchmark.extractors.base import EXTRACTORS, FACE_TRACKERS

__all__ = ["EXTRACTORS", "FACE_TRACKERS"]

EXTRACTORS.add("quality", "benchmark.extractors.quality:Quality")

# The embedded corpus, by its own small judges.
EXTRACTORS.add("puppet_emotion", "benchmark.extractors.puppet_emotion:PuppetEmotion")
EXTRACTORS.add("puppet_face", "benchmark.extractors.puppet_face:PuppetFace")
EXTRACTORS.add("puppet_identity", "benchmark.extractors.puppet_identity:PuppetIdentity")
EXTRACTORS.add("puppet_face_affect", "benchmark.extractors.puppet_affect:PuppetFaceAffect")
EXTRACTORS.add("puppet_voice_affect", "benchmark.extractors.puppet_affect:PuppetVoiceAffect")
EXTRACTORS.add("puppet_sync", "benchmark.extractors.puppet_sync:PuppetSync")

# Real video, by small published networks.
FACE_TRACKERS.add("yunet", "benchmark.extractors.face_yunet:YuNetTracker")
EXTRACTORS.add("identity_mobilefacenet", "benchmark.extractors.identity_mobilefacenet:IdentityMobileFaceNet")
EXTRACTORS.add("emotion_faceapi", "benchmark.extractors.emotion_faceapi:EmotionFaceApi")
EXTRACTORS.add("emotion_xception102", "benchmark.extractors.emotion_xception:EmotionXception102")
EXTRACTORS.add("emotion_xception119", "benchmark.extractors.emotion_xception:EmotionXception119")
EXTRACTORS.add("emotion_hsemotion", "benchmark.extractors.emotion_hsemotion:EmotionHSEmotion")
EXTRACTORS.add("landmarks_facemesh", "benchmark.extractors.landmarks_facemesh:LandmarksFaceMesh")
EXTRACTORS.add("landmarks_pfld", "benchmark.extractors.landmarks_pfld:LandmarksPfld")
EXTRACTORS.add("sharpness", "benchmark.extractors.sharpness:Sharpness")
EXTRACTORS.add("aligned_quality", "benchmark.extractors.aligned_quality:AlignedQuality")
EXTRACTORS.add("sync_syncnet", "benchmark.extractors.sync_syncnet:SyncSyncNet")
EXTRACTORS.add("inception_pool3", "benchmark.extractors.inception_pool3:InceptionPool3")

# Real video, by the full-size networks of the published evaluations.
EXTRACTORS.add("inception_jpeg", "benchmark.extractors.inception_pool3:InceptionJpeg")
EXTRACTORS.add("i3d_author", "benchmark.extractors.i3d_logits:I3DAuthor")
EXTRACTORS.add("i3d_window", "benchmark.extractors.i3d_logits:I3DWindow")
EXTRACTORS.add("judge_mead", "benchmark.extractors.judge_resnet18:JudgeMead")
EXTRACTORS.add("judge_mead_author", "benchmark.extractors.judge_resnet18:JudgeMeadAuthor")
EXTRACTORS.add("judge_crema_d", "benchmark.extractors.judge_resnet18:JudgeCremaD")
EXTRACTORS.add("judge_crema_d_author", "benchmark.extractors.judge_resnet18:JudgeCremaDAuthor")
EXTRACTORS.add("judge_fan", "benchmark.extractors.judge_fan:JudgeFan")
EXTRACTORS.add("judge_hub", "benchmark.extractors.judge_hub:JudgeHub")
EXTRACTORS.add("identity_arcface50", "benchmark.extractors.identity_arcface:IdentityArcface50")
EXTRACTORS.add("identity_arcface100", "benchmark.extractors.identity_arcface:IdentityArcface100")
EXTRACTORS.add("syncnet_lips", "benchmark.extractors.syncnet_speech:SyncnetLips")
EXTRACTORS.add("syncnet_sound", "benchmark.extractors.syncnet_speech:SyncnetSound")
EXTRACTORS.add("face_presence", "benchmark.extractors.face_presence:FacePresence")
EXTRACTORS.add("faces_beside", "benchmark.extractors.faces_beside:FacesBeside")
EXTRACTORS.add("lpips_beside", "benchmark.extractors.faces_beside:LpipsBeside")
