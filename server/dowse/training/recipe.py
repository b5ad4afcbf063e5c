"""What one training run depends on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """The settings of a training run; ``docs/models.md`` says how their values were found."""

    steps: int = 700
    batch: int = 2048
    rate: float = 0.006
    epsilon: float = 5e-5
    """Adam's. Gradients of rare words are smaller than this: they stay nearer to where they began."""
    scale: float = 16.0
    """What cosines are multiplied by before the softmax."""
    keep_comment: float = 0.15
    """Share of documents that keep their documentation."""
    language_name: float = 0.3
    """Share of queries that name the language."""
    drop_words: float = 0.8
    """Share of queries that lose words, up to half of them."""
    drop_code: float = 0.5
    """Share of their tokens that documents lose, at most."""
    language_power: float = 0.7
    """Power of a language's number of pairs that its share of a batch is proportional to."""
    one_language: float = 0.3
    """Share of batches whose pairs are all of one language, where nothing is told apart by its keywords."""
    seed: int = 0
