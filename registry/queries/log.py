"""The log's page: how large it is, who vouches that it only grows, and what was added lately."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from certes.runtime.languages import country_name
from certes.trust.bundle import TrustView
from certes.trust.host_texts import pick
from certes.trust.translog.entries import LogEntry
from certes.trust.translog.notes import NoteKey
from registry.publication import Published
from registry.queries.overview import agreement_payload

SHOWN_ENTRIES = 25  # a page for a telephone; all of them stand in the bundle


@dataclass(frozen=True, slots=True)
class WitnessLine:
    """A witness. `country` None: a neutral one. `signed_at` and `size`: what it vouched for last, None and 0
    where it never did. `counts`: its line stands under the checkpoint that is served."""

    name: str
    country: str | None
    signed_at: datetime | None
    size: int
    counts: bool


@dataclass(frozen=True, slots=True)
class EntryLine:
    """Something that was added; `about` names the country or the text, "" for the charter."""

    place: int  # from 1
    type: str
    about: str
    link: str  # of the page that shows it, "" where there is none
    version: int
    time: datetime
    object_id: str


@dataclass(frozen=True, slots=True)
class LogPage:
    """The log as it is published."""

    size: int
    root: str
    reached: datetime
    quorum: int
    note: str
    witnesses: tuple[WitnessLine, ...]
    entries: tuple[EntryLine, ...]  # the newest first


def log_page(
    published: Published,
    *,
    asked: Sequence[NoteKey],
    vouched: Mapping[str, tuple[int, datetime]],
    language: str,
) -> LogPage:
    """`asked` are the witnesses' keys, `vouched` the newest (size, time) by verifier key."""
    view = published.view
    newest = list(enumerate(view.entries, start=1))[-SHOWN_ENTRIES:]
    return LogPage(
        size=view.log_state.size,
        root=view.log_state.root,
        reached=view.as_of,
        quorum=view.charter.quorum,
        note=published.note.decode(),
        witnesses=_witnesses(view, asked, vouched),
        entries=tuple(_entry(place, entry, view, language) for place, entry in reversed(newest)),
    )


def _witnesses(
    view: TrustView, asked: Sequence[NoteKey], vouched: Mapping[str, tuple[int, datetime]]
) -> tuple[WitnessLine, ...]:
    countries = {witness.name: witness.country for witness in view.charter.witnesses}
    counting = {key.vkey for key in view.checkpoint.cosigned}
    lines = []
    for key in asked:
        size, signed_at = vouched.get(key.vkey, (0, None))
        lines.append(WitnessLine(key.name, countries.get(key.name), signed_at, size, key.vkey in counting))
    return tuple(sorted(lines, key=lambda line: line.name))


def _entry(place: int, entry: LogEntry, view: TrustView, language: str) -> EntryLine:
    about, link = _about(entry, view, language)
    return EntryLine(place, entry.type, about, link, entry.version, entry.time, entry.object_id)


def _about(entry: LogEntry, view: TrustView, language: str) -> tuple[str, str]:
    """A subject is a country, a text's id, or either with what it is about after a number sign."""
    first, _, second = entry.subject.partition("#")
    if ("Agreement", first) in view.registry.object_ids:
        title = pick(agreement_payload(view, first)["title"], language)
        country = f" ({country_name(second, language)})" if second in view.charter.members else ""
        return f"{title}{country}", f"/agreements/{first}"
    if first in view.registry.national:
        return country_name(first, language), f"/members/{first}"
    if first in view.charter.members:
        return country_name(first, language), ""
    return first, ""
