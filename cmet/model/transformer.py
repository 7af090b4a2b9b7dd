"""C-MET's cross-modal transformer: expression codes of a few frames and an emotion vector become an edit direction.

Three streams become tokens of one width: the directions of the previous frames, the emotion vector (a difference of
speech embeddings), and the expression codes to be edited. A transformer encoder mixes them; the outputs at the last
stream's positions are projected back to the expression space and say what to add to the codes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

# channels in, channels out, kernel, stride, padding, residual; the 1x1 layers that follow end at the token width
FRAME_LAYERS: tuple[tuple[int, int, int, int, int, bool], ...] = (
    (1, 4, 3, 1, 1, False),
    (4, 8, 3, 2, 1, False),
    (8, 8, 3, 1, 1, True),
    (8, 8, 3, 1, 1, True),
    (8, 16, 3, 2, 1, False),
    (16, 16, 3, 1, 1, True),
    (16, 16, 3, 1, 1, True),
    (16, 32, 2, 2, 0, False),
)
FRAME_CHANNELS = (32, 64, 128, 256, 512)
MODALITY_REFERENCE, MODALITY_SPEECH, MODALITY_NEUTRAL = 1, 2, 3  # row 0 of the table is unused


@dataclass(frozen=True)
class ConnectorConfig:
    """Sizes of the transformer. The defaults are C-MET for EDTalk; `expression=30` is the one for PD-FGC."""

    expression: int = 10
    """Length of an expression code."""
    width: int = 1024
    """Width of the tokens."""
    speech: int = 1024
    """Length of an emotion vector."""
    layers: int = 4
    heads: int = 4
    feedforward: int = 1024
    dropout: float = 0.1
    positions: int = 512
    """Rows of the position tables: the most frames in a window."""

    def __post_init__(self) -> None:
        if self.width % self.heads or self.width % 2:
            raise ValueError(f"width must be even and a multiple of heads, got {self.width} and {self.heads}")
        if self.expression < 6:
            raise ValueError(f"the frame encoder needs expression codes of 6 numbers at least, got {self.expression}")


class Directions(NamedTuple):
    """What the transformer returns."""

    direction: Tensor
    """(B, T, expression): to be added to the codes."""
    reference: Tensor
    """(B, T, width) embedded previous directions, before position and modality are added."""
    speech: Tensor
    """(B, 1, width) embedded emotion vector."""
    neutral: Tensor
    """(B, T, width) embedded expression codes."""


class FrameBlock(nn.Module):
    """1-D convolution, batch norm, the input added if residual, ReLU (tanh in the last block)."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int, stride: int, padding: int, residual: bool, last: bool = False
    ) -> None:
        super().__init__()
        self.conv_block = nn.Sequential(nn.Conv1d(inputs, outputs, kernel, stride, padding), nn.BatchNorm1d(outputs))
        self.residual = residual
        self.last = last

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, L) -> (N, outputs, L')."""
        out: Tensor = self.conv_block(x)
        if self.residual:
            out = out + x
        return torch.tanh(out) if self.last else F.relu(out)


def frame_encoder(width: int) -> nn.Sequential:
    """Thirteen blocks from a one-channel signal to `width` channels."""
    widths = [min(channels, width) for channels in FRAME_CHANNELS[1:]] + [width]
    blocks = [FrameBlock(*layer) for layer in FRAME_LAYERS]
    for inputs, outputs in zip([FRAME_CHANNELS[0], *widths[:-1]], widths, strict=True):
        blocks.append(FrameBlock(inputs, outputs, 1, 1, 0, False, last=len(blocks) == 12))
    return nn.Sequential(*blocks)


class PositionTable(nn.Module):
    """Sinusoidal positions (Vaswani et al., 2017): sine on even, cosine on odd columns, base 10000."""

    pe: Tensor

    def __init__(self, width: int, rows: int) -> None:
        super().__init__()
        position = torch.arange(rows, dtype=torch.float32)[:, None]
        rate = torch.exp(torch.arange(0, width, 2).float() * (-math.log(10000.0) / width))
        table = torch.zeros(1, rows, width)
        table[0, :, 0::2] = torch.sin(position * rate)
        table[0, :, 1::2] = torch.cos(position * rate)
        self.register_buffer("pe", table)


class Fusion(nn.Module):
    """Positions, modalities and the transformer encoder over [reference_1..T, speech, neutral_1..T]."""

    def __init__(self, config: ConnectorConfig) -> None:
        super().__init__()
        self.position_r = PositionTable(config.width, config.positions)
        self.position_e = PositionTable(config.width, config.positions)
        self.modality = nn.Embedding(4, config.width)
        self.dropout = nn.Dropout(config.dropout)
        layer = nn.TransformerEncoderLayer(
            config.width, config.heads, config.feedforward, config.dropout, batch_first=True
        )
        self.transformer_encoder = nn.TransformerEncoder(layer, config.layers)

    def forward(self, reference: Tensor, speech: Tensor, neutral: Tensor) -> Tensor:
        """(B, T, width), (B, 1, width), (B, T, width) -> (B, T, width), the outputs at the last stream's positions."""
        frames = neutral.shape[1]
        rows = self.modality.weight
        tokens = torch.cat(
            [
                reference + self.position_r.pe[:, : reference.shape[1]] + rows[MODALITY_REFERENCE],
                speech + rows[MODALITY_SPEECH],
                neutral + self.position_e.pe[:, :frames] + rows[MODALITY_NEUTRAL],
            ],
            dim=1,
        )
        mixed: Tensor = self.transformer_encoder(self.dropout(tokens))
        return mixed[:, -frames:]


class SpeechProjection(nn.Module):
    """Linear, exact GELU, layer norm: the emotion vector as a token."""

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.proj = nn.Linear(inputs, width)
        self.norm = nn.LayerNorm(width)

    def forward(self, vector: Tensor) -> Tensor:
        """(B, 1, inputs) -> (B, 1, width)."""
        out: Tensor = self.norm(F.gelu(self.proj(vector)))
        return out


class Projector(nn.Module):
    """Linear, exact GELU, linear: a token as an edit direction."""

    def __init__(self, width: int, expression: int) -> None:
        super().__init__()
        self.projector = nn.Sequential(nn.Linear(width, expression), nn.GELU(), nn.Linear(expression, expression))

    def forward(self, tokens: Tensor) -> Tensor:
        """(B, T, width) -> (B, T, expression)."""
        out: Tensor = self.projector(tokens)
        return out


class Connector(nn.Module):
    """The cross-modal transformer. `Connector()` loads the released C-MET for EDTalk."""

    def __init__(self, config: ConnectorConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or ConnectorConfig()
        self.fusion_transformer_encoder = Fusion(config)
        self.exp_encoder = frame_encoder(config.width)
        self.ref_encoder = frame_encoder(config.width)
        self.speaker_encoder = SpeechProjection(config.speech, config.width)
        self.projector = Projector(config.width, config.expression)
        self.Norm = nn.LayerNorm(config.width)
        self.apply(initialise)

    def embed(self, encoder: nn.Module, codes: Tensor) -> Tensor:
        """Every frame's code (B, T, expression) on its own -> (B, T, width).

        A code of 10 numbers reaches length 1 in the encoder; of longer codes (PD-FGC's 30, which the published class
        can't run) what is left is averaged.
        """
        signal = encoder(codes.reshape(-1, 1, codes.shape[-1])).mean(dim=-1)
        out: Tensor = self.Norm(signal.reshape(*codes.shape[:2], -1))
        return out

    def forward(self, reference: Tensor, vector: Tensor, neutral: Tensor) -> Directions:
        """Predict what to add to the codes.

        Args:
            reference: (B, T, expression) directions of the T frames before; zeros where there are none.
            vector: (B, 1, speech) emotion vector.
            neutral: (B, T, expression) codes to be edited.
        """
        self.check(reference, vector, neutral)
        h_reference = self.embed(self.ref_encoder, reference)
        h_speech = self.speaker_encoder(vector)
        h_neutral = self.embed(self.exp_encoder, neutral)
        direction = self.projector(self.fusion_transformer_encoder(h_reference, h_speech, h_neutral))
        return Directions(direction, h_reference, h_speech, h_neutral)

    def check(self, reference: Tensor, vector: Tensor, neutral: Tensor) -> None:
        """Raise ValueError if shapes do not fit each other and the config."""
        batch, expression = len(neutral), self.config.expression
        for name, got, want in (
            ("reference", tuple(reference.shape), (batch, reference.shape[1], expression)),
            ("vector", tuple(vector.shape), (batch, 1, self.config.speech)),
            ("neutral", tuple(neutral.shape), (batch, neutral.shape[1], expression)),
        ):
            if got != want:
                raise ValueError(f"{name} must be {want}, got {got}")


def initialise(module: nn.Module) -> None:
    """The paper's initialisation: Xavier normal for every linear layer, zero bias; all else torch's default."""
    if isinstance(module, nn.Linear):
        nn.init.xavier_normal_(module.weight)
        if cast("Tensor | None", module.bias) is not None:
            nn.init.zeros_(module.bias)
