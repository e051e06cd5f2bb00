"""Encoders' shapes, and the parameters that follow from them: known before anything is downloaded.

Light on purpose (no torch): the plan of a study reads it.
"""

from dataclasses import dataclass, replace

from crosslift.catalogue.encoders import EncoderEntry, RandomSource, parse_encoder_name


@dataclass(frozen=True)
class Shape:
    """An encoder's architecture, in counts.

    Attributes
    ----------
    hidden, layers, heads, feed_forward : int
        Sizes of a state, and of what a block is made of.
    vocabulary, positions, token_types : int
        Rows of the lookup tables; 0 where the encoder has none.
    gated : bool
        The feed-forward has a third matrix, a gate (Shazeer 2020, arXiv 2002.05202).
    plain : bool
        No biases at all, and no norm before the first attention (ModernBERT, arXiv 2412.13663).
    relative_positions : int
        Rows of a table of relative positions that all blocks attend to (DeBERTa, arXiv 2006.03654).
    """

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int = 0
    token_types: int = 0
    gated: bool = False
    plain: bool = False
    relative_positions: int = 0

    @property
    def matrices(self) -> int:
        """Parameters of one block's matrices: attention's four, and the feed-forward's."""
        wide = (3 if self.gated else 2) * self.hidden * self.feed_forward
        return 4 * self.hidden**2 + wide

    @property
    def network(self) -> int:
        """Parameters that are in no lookup table (Kaplan et al. 2020, section 2.1)."""
        if self.plain:  # norms have weights alone; the first block lacks one, two stand outside
            return self.layers * (self.matrices + 2 * self.hidden) + self.hidden
        biases = 4 * self.hidden + self.feed_forward + self.hidden
        norms = 2 * 2 * self.hidden
        outside = (2 if self.relative_positions else 1) * 2 * self.hidden
        return self.layers * (self.matrices + biases + norms) + outside

    @property
    def tables(self) -> int:
        """Parameters of the lookup tables but for the words'."""
        rows = self.positions + self.token_types + self.relative_positions
        return rows * self.hidden

    @property
    def words(self) -> int:
        """Parameters of the whole vocabulary's word embeddings."""
        return self.vocabulary * self.hidden

    @property
    def parameters(self) -> int:
        """All parameters, with the whole vocabulary."""
        return self.network + self.tables + self.words

    def trimmed(self, rows: int) -> int:
        """Parameters with the word embeddings of `rows` pieces alone, as encoders are loaded."""
        return self.network + self.tables + min(rows, self.vocabulary) * self.hidden

    def cut(self, layers: int) -> "Shape":
        """The shape of the lower layers alone."""
        return replace(self, layers=layers)


_CHARACTERS = 24_315  # pieces of the random encoders' tokenizer (crosslift.encoders.random_encoder)
_WORDS = {"vocabulary": 250_037, "positions": 512, "token_types": 2}
_XLM_R = {"positions": 514, "token_types": 1}

SHAPES = {
    "e5-small": Shape(384, 12, 12, 1536, **_WORDS),
    "multilingual-minilm": Shape(384, 12, 12, 1536, **_WORDS),
    "xlm-roberta-base": Shape(768, 12, 12, 3072, 250_002, **_XLM_R),
    "xlm-roberta-large": Shape(1024, 24, 16, 4096, 250_002, **_XLM_R),
    "xlm-roberta-xl": Shape(2560, 36, 32, 10_240, 250_880, **_XLM_R),
    "xlm-roberta-xxl": Shape(4096, 48, 32, 16_384, 250_880, **_XLM_R),
    "mdeberta-v3-base": Shape(768, 12, 12, 3072, 251_000, relative_positions=512),
    "mmbert-small": Shape(384, 22, 6, 1152, 256_000, gated=True, plain=True),
    "mmbert-base": Shape(768, 22, 12, 1152, 256_000, gated=True, plain=True),
}
"""By name in the catalogue: what each repository's `config.json` says."""


def encoder_shape(name: str) -> Shape:
    """The shape of an encoder as a study names it, `NAME` or `NAME-DEPTH`.

    An encoder that is not in `SHAPES` is taken for a BERT of its size with XLM-R's vocabulary.

    Raises
    ------
    ConfigError
        If the catalogue has no such encoder.
    """
    entry, depth = parse_encoder_name(name)
    return _whole(entry).cut(depth)


def _whole(entry: EncoderEntry) -> Shape:
    if entry.name in SHAPES:
        return SHAPES[entry.name]
    source = entry.sources[0]
    if isinstance(source, RandomSource):
        sizes = (entry.hidden_size, entry.layers, source.heads, source.feed_forward)
        return Shape(*sizes, _CHARACTERS, source.positions, 2)
    hidden = entry.hidden_size
    return Shape(hidden, entry.layers, max(1, hidden // 64), 4 * hidden, 250_002, **_XLM_R)
