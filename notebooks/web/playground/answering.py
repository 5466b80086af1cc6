"""One question of a page, one answer: what the worker passes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from autograd_lite.transcript.texts import in_json

from .cells import Cells
from .complaints import ComplaintError, told
from .expressions import picture
from .redrawing import Redrawing
from .training import Training, settings


class Answers:
    """The state of one page: its training and its cells.

    >>> json.loads(Answers()('{"do": "picture", "text": "x*x", "values": {"x": 3}}'))["result"]
    9.0
    """

    def __init__(self) -> None:
        self._training: Training | None = None
        self._cells = Cells()
        self._redrawing = Redrawing()
        self._known: dict[str, Callable[..., Any]] = {
            "picture": self._picture,
            "start": self._start,
            "go": self._go,
            "nearest": self._nearest,
            "python": lambda: self._trained().python(),
            "cell": lambda source: self._cells.run(source),
            "forget": self._forget,
        }

    def __call__(self, question: str) -> str:
        """
        Args:
            question: JSON, what to ``do``, and its arguments.

        Returns:
            JSON, the answer; of what cannot be answered ``{"complaint": …}``.
        """
        asked = json.loads(question)
        try:
            answer = self._known[asked.pop("do")](**asked)
        except ComplaintError as error:
            answer = {"complaint": told(error)}
        return json.dumps(in_json(answer), allow_nan=False)

    def _picture(self, values: dict[str, Any], **others: Any) -> Any:
        return picture(
            values={name: float(value) for name, value in values.items()}, redrawing=self._redrawing, **others
        )

    def _start(self, given: dict[str, Any], see: list[str], theme: str) -> Any:
        self._training = Training(settings(given))
        return self._training.figures(see, theme)

    def _go(self, **how: Any) -> Any:
        return self._trained().go(**how)

    def _nearest(self, x: float, y: float, theme: str) -> Any:
        return {**self._trained().figures((), theme), "sample": self._trained().nearest(x, y)}

    def _trained(self) -> Training:
        if self._training is None:
            raise ComplaintError("no training has been started")
        return self._training

    def _forget(self) -> None:
        self._cells = Cells()
