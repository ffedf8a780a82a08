"""Runs a model on an OpenAI-compatible server, such as vLLM: for models too large for the build machine.

Sends one ``/completions`` request per function, with the prompt as token numbers. If the server returns log
probabilities of the prompt (``echo`` with ``logprobs``), all places are read at once; if not, lists are ranked by how
often they are sampled as the first answer. The folder's manifest (format ``openai``) names ``url`` and ``model``; a
key, if the server wants one, comes from the environment (``SMARTOPT_API_KEY``), never from a file.
"""

from __future__ import annotations

import json
import math
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.error import URLError
from urllib.request import Request, urlopen

from ..errors import ModelError
from ..options import Objective
from .backend import Answer
from .manifest import Manifest
from .prompt import Prompter
from .ranking import orders
from .tokenizer import TextTokenizer

__all__ = ["EndpointSession"]

TIMEOUT: Final = 60.0
SAMPLES: Final = 16
TOP: Final = 20
"""Log probabilities requested at each place: the most that servers return by default."""
_LARGEST: Final = 64 << 20


class EndpointSession:
    """A model on a server."""

    def __init__(self, manifest: Manifest, timeout: float = TIMEOUT) -> None:
        url = manifest.endpoint.get("url", "")
        if not url.startswith(("http://", "https://")):
            raise ModelError(f"the manifest of {manifest.name} names no endpoint url; add one that starts with http")
        self.manifest = manifest
        tokenizer = TextTokenizer(manifest.content("tokenizer.json"), manifest.words)
        self.prompter = Prompter(tokenizer, manifest.context, manifest.cut, manifest.code)
        self._url = url.rstrip("/") + "/completions"
        self._model = manifest.endpoint.get("model", manifest.name)
        self._timeout = timeout

    def close(self) -> None:
        """Does nothing: no connection is kept open."""

    def rank(self, texts: Sequence[str], objective: Objective) -> list[Answer | None]:
        """See :class:`smartopt.chooser.backend.Backend`."""
        return [None if stem is None else self._rank(stem, objective) for stem in self.prompter.stems(texts)]

    def _rank(self, stem: list[int], objective: Objective) -> Answer:
        prompt = self.prompter.ask(stem, objective)
        answer = self._post({"prompt": prompt, "max_tokens": 1, "temperature": 0, "logprobs": TOP, "echo": True})
        top = ((answer["choices"][0] or {}).get("logprobs") or {}).get("top_logprobs")
        if not isinstance(top, list) or len(top) < len(prompt):
            return self._sampled(stem, objective), [], 0.0
        # The entry of a token is the distribution that predicted it, so a place's own is in the next entry.
        places = [self._row(top[at] if at < len(top) else {}) for at in range(len(stem) + 1, len(prompt) + 1)]
        gate = (top[len(stem)] or {}).get("<oz>") if len(stem) < len(top) else None
        return orders([places])[0].tolist(), [], -float(gate) if gate is not None else 0.0

    def _sampled(self, stem: list[int], objective: Objective) -> list[int]:
        """The lists by how often they were sampled, then the others in the coreset's order."""
        prompt = self.prompter.ask_spelled(stem, objective)
        answer = self._post({"prompt": prompt, "max_tokens": 1, "temperature": 1.0, "n": SAMPLES})
        counted = Counter(str(choice.get("text", "")).strip() for choice in answer["choices"])
        lists = range(self.prompter.words.lists)
        return sorted(lists, key=lambda number: (-counted[f"<list {number}>"], number))

    def _row(self, top: Mapping[str, Any] | None) -> list[float]:
        known = {name: float(value) for name, value in (top or {}).items()}
        least = min(known.values(), default=0.0) - 1.0
        row = [known.get(f"<list {number}>", least) for number in range(self.prompter.words.lists)]
        return [value if math.isfinite(value) else least for value in row]

    def _post(self, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"}
        if key := os.environ.get("SMARTOPT_API_KEY"):
            headers["Authorization"] = f"Bearer {key}"
        request = Request(self._url, json.dumps({"model": self._model, **body}).encode(), headers)
        try:
            with urlopen(request, timeout=self._timeout) as reply:
                answer = json.loads(reply.read(_LARGEST))
            if not isinstance(answer, dict) or not answer.get("choices"):
                raise ValueError("no choices")
        except (URLError, OSError, ValueError) as error:
            raise ModelError(f"the model server at {self._url} did not answer ({error}); pass --model none") from error
        return answer
