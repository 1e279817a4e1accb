"""The ledger as a file: the board, the timeline, what changed, why one stands so, what if one withdrew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from trucewatch.cli.options import ending
from trucewatch.mission.content import organisations, phrases
from trucewatch.mission.known import Known
from trucewatch.mission.ledger_pages import board_of, if_withdrawn_of, reasons_of, timeline_of
from trucewatch.mission.reporting import promises_of
from trucewatch.model.standing import Standing
from trucewatch.model.vocabulary import Audience
from trucewatch.report.guarantees import promises_html
from trucewatch.report.if_withdrawn import if_withdrawn_csv, if_withdrawn_html, if_withdrawn_json
from trucewatch.report.ledger_rows import board_csv, board_json, timeline_csv, timeline_json
from trucewatch.report.reasons import reasons_html
from trucewatch.report.timeline import timeline_html
from trucewatch.report.undertakings import undertakings_html
from trucewatch.report.words import Language

PAGES = ("html",)
TABLES = ("html", "json", "csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """For whom, of when and in what language a file of the ledger is made, and where it goes."""

    record: Known
    at: datetime
    audience: Audience
    language: Language
    out: str

    @property
    def phrases(self) -> Mapping[str, str]:
        """The packs' own words in the language."""
        return phrases((pack.name for pack in self.record.packs), self.language.value)

    def changes(self, earlier: date, later: date) -> bytes:
        """Return what changed between two dates."""
        ending(self.out, PAGES)
        page = promises_of(
            self.record, earlier=earlier, later=later, valid_at=self.at, audience=self.audience
        )
        return promises_html(page, self.language, organisations(), self.phrases).encode()

    def why(self, standing: Standing) -> bytes:
        """Return why a statement stands as it does."""
        ending(self.out, PAGES)
        page = reasons_of(self.record, standing, at=self.at, audience=self.audience)
        return reasons_html(page, self.language, organisations(), self.phrases).encode()

    def if_withdrawn(self, actor: str) -> bytes:
        """Return what would fail if an actor withdrew."""
        wanted = ending(self.out, TABLES)
        page = if_withdrawn_of(self.record, actor, at=self.at, audience=self.audience)
        if wanted == "html":
            return if_withdrawn_html(page, self.language, organisations(), self.phrases).encode()
        return if_withdrawn_json(page) if wanted == "json" else if_withdrawn_csv(page)

    def timeline(self) -> bytes:
        """Return what was said and recorded over time."""
        wanted = ending(self.out, TABLES)
        page = timeline_of(self.record, at=self.at, audience=self.audience)
        if wanted == "html":
            return timeline_html(page, self.language, organisations(), self.phrases).encode()
        return timeline_json(page) if wanted == "json" else timeline_csv(page)

    def board(self) -> bytes:
        """Return who undertook what."""
        wanted = ending(self.out, TABLES)
        page = board_of(self.record, at=self.at, audience=self.audience)
        if wanted == "html":
            return undertakings_html(page, self.language, organisations(), self.phrases).encode()
        return board_json(page) if wanted == "json" else board_csv(page, organisations())
