"""Votes in SQLite, in WAL mode: many processes read and write one file, and a vote that was answered is on the disk.

A rater is a random id; no name, address or time of day finer than the second is kept. An undone vote stays, marked.
"""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from leaderboard.votes.design import QUESTIONS, Pair

CHOICES = ("left", "right", "same")
BUSY_SECONDS = 60.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS votes (
  id INTEGER PRIMARY KEY, rater TEXT NOT NULL, sample TEXT NOT NULL, left_method TEXT NOT NULL,
  right_method TEXT NOT NULL, pair TEXT NOT NULL, question TEXT NOT NULL, choice TEXT NOT NULL,
  expected TEXT NOT NULL, seconds REAL NOT NULL, at INTEGER NOT NULL, undone INTEGER NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX IF NOT EXISTS once ON votes (rater, pair, question) WHERE undone = 0;
"""
COLUMNS = ("rater", "sample", "left_method", "right_method", "pair", "question", "choice", "expected", "seconds", "at")


@dataclass(frozen=True)
class VoteStore:
    """A file of votes; made when first written."""

    path: Path

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
            for _ in range(200):  # changing the mode does not wait for others by itself
                try:
                    connection.execute("PRAGMA journal_mode = WAL")
                    break
                except sqlite3.OperationalError:
                    time.sleep(0.05)
            connection.execute("PRAGMA synchronous = FULL")
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'once'").fetchone() is None:
                connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
            yield connection

    def add(self, rater: str, pair: Pair, answers: dict[str, str], seconds: float) -> None:
        """Store a rater's answers to a pair, all or none; the same pair again changes nothing.

        Raises:
            ValueError: a question or choice is unknown.
        """
        if set(answers) != set(QUESTIONS) or not set(answers.values()) <= set(CHOICES):
            raise ValueError(f"expected an answer of {', '.join(CHOICES)} to each of {', '.join(QUESTIONS)}")
        rows = [
            (rater, pair.sample, pair.left, pair.right, pair.key, question, choice,
             pair.check if question == "emotion" else "", float(seconds), int(time.time()))
            for question, choice in answers.items()
        ]  # fmt: skip
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                f"INSERT OR IGNORE INTO votes ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})", rows
            )
            connection.execute("COMMIT")

    def undo(self, rater: str) -> bool:
        """Take a rater's last pair back. Returns whether there was one."""
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            last = connection.execute(
                "SELECT pair FROM votes WHERE rater = ? AND undone = 0 ORDER BY id DESC LIMIT 1", (rater,)
            ).fetchone()
            if last:
                connection.execute("UPDATE votes SET undone = 1 WHERE rater = ? AND pair = ?", (rater, last[0]))
            connection.execute("COMMIT")
        return last is not None

    def answered(self, rater: str) -> set[str]:
        """Keys of the pairs that a rater has answered."""
        if not self.path.exists():
            return set()
        with self._open() as connection:
            found = connection.execute("SELECT DISTINCT pair FROM votes WHERE rater = ? AND undone = 0", (rater,))
            return {row[0] for row in found}

    def table(self) -> pd.DataFrame:
        """All votes that stand, in the order they came; columns `COLUMNS`. Also the study's export."""
        if not self.path.exists():
            return pd.DataFrame(columns=list(COLUMNS))
        with self._open() as connection:
            rows = connection.execute(f"SELECT {', '.join(COLUMNS)} FROM votes WHERE undone = 0 ORDER BY id").fetchall()
        return pd.DataFrame(rows, columns=list(COLUMNS))


def new_rater() -> str:
    """An id that says nothing about a person."""
    return uuid.uuid4().hex[:12]
