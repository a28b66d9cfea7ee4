"""Questions to a language model, over any server that speaks OpenAI's protocol."""

from rounds.llm.client import LARGEST_ANSWER, LanguageModel, Usage
from rounds.llm.failures import ModelFailed

__all__ = ["LARGEST_ANSWER", "LanguageModel", "ModelFailed", "Usage"]
