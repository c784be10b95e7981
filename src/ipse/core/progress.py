"""Progress for anything that takes more than about two seconds; silent off a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


class Progress(Protocol):
    """What long work reports to."""

    def task(self, label: str, total: float | None = None) -> None:
        """Begin a piece of work of ``total`` units (None if not known)."""

    def advance(self, amount: float = 1) -> None:
        """Units of the current piece of work are done."""


class Silent:
    """Reports to nobody."""

    def task(self, label: str, total: float | None = None) -> None:
        """Ignore it."""

    def advance(self, amount: float = 1) -> None:
        """Ignore it."""


class _Bar:
    def __init__(self, bar: RichProgress) -> None:
        self._bar = bar
        self._task: TaskID | None = None

    def task(self, label: str, total: float | None = None) -> None:
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task(label, total=total)

    def advance(self, amount: float = 1) -> None:
        if self._task is not None:
            self._bar.advance(self._task, amount)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Give a progress bar on standard error if it is a terminal, else :class:`Silent`."""
    import sys

    if not sys.stderr.isatty():
        yield Silent()
        return
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as RichBar

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with RichBar(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _Bar(bar)
