"""The issuers in the form of the registries that wallets read today: a name and a place for each DID.

It is no evidence: it is unsigned, has no history, and lists only who may certify something today. The form is
that of the Digital Credentials Consortium's issuer registries: `{meta: {created, updated}, registry: {DID:
{name, location, url}}}`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from certes.credential.identifiers import issuer_base
from certes.credential.parsing import format_instant
from certes.runtime.languages import DEFAULT_LANGUAGE, country_name
from certes.trust.bundle import TrustView


def plain_registry(view: TrustView, *, today: date) -> dict[str, Any]:
    """Every issuer that is authorised today, in the order of their DIDs."""
    found = {}
    for country, national in view.registry.national.items():
        for did, issuer in national.issuers.items():
            if issuer.history.authorised_on(today):
                found[did] = {
                    "name": _name(issuer.name) or did,
                    "location": country_name(country, "en"),
                    "url": issuer.service_url or issuer_base(view.network, country, issuer.number or 0),
                }
    created = view.entries[0].time if view.entries else view.as_of
    meta = {"created": format_instant(created), "updated": format_instant(view.as_of)}
    return {"meta": meta, "registry": dict(sorted(found.items()))}


def _name(words: Mapping[str, str]) -> str:
    return words.get("en") or words.get(DEFAULT_LANGUAGE) or next(iter(words.values()), "")
