"""The fixed string rules: every identifier of a network derives from small codes and the network's domain.

No table stands between a card and its signature, so a telephone with an old table can still verify a new
card. The rules are part of the format (docs/spec/skill-card.md, section 3) and may never change within a
network.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import quote, unquote

from certes.credential.errors import Malformed

Purpose = Literal["revocation", "suspension", "refresh"]
PURPOSES: tuple[Purpose, ...] = ("revocation", "suspension", "refresh")

KEPT_NAMES = 2_048  # issuers and keys seen lately, by each rule: a network of 180 issuers has about 540 keys
NUMBER_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}"  # never "..", which an address would swallow
_COUNTRY = re.compile(r"[A-Z]{2}")
_ISSUER_DID = re.compile(r"did:web:(?P<domain>[a-z0-9.-]+):(?P<country>[a-z]{2}):(?P<number>[1-9][0-9]{0,8})")
_OWN_NUMBER = re.compile(
    r"(?P<country>[A-Z]{2})-(?P<issuer>[1-9][0-9]{0,8})-(?P<year>[0-9]{4})-(?P<serial>[0-9]{6,9})"
)
_KEY_FRAGMENT = re.compile(r"k(?P<key>[1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True)
class Network:
    """A group of countries under one charter. Number and domain are fixed for the network's life."""

    number: int
    domain: str


@dataclass(frozen=True, slots=True)
class IssuerRef:
    """An issuer by country (alpha-2, upper case) and number."""

    country: str
    number: int


@lru_cache(maxsize=KEPT_NAMES)
def issuer_did(network: Network, country: str, number: int) -> str:
    """`did:web:<domain>:<cc>:<n>`. Raises Malformed for a country that is not alpha-2 or a number below 1."""
    if _COUNTRY.fullmatch(country) is None or number < 1:
        raise Malformed("issuer_reference_invalid", field="issuer")
    return f"did:web:{network.domain}:{country.lower()}:{number}"


@lru_cache(maxsize=KEPT_NAMES)
def parse_issuer_did(network: Network, did: str) -> IssuerRef:
    """The inverse of `issuer_did`. Raises Malformed `issuer_not_of_network` for any other DID."""
    match = _ISSUER_DID.fullmatch(did)
    if match is None or match["domain"] != network.domain:
        raise Malformed("issuer_not_of_network", field="issuer")
    return IssuerRef(match["country"].upper(), int(match["number"]))


@lru_cache(maxsize=KEPT_NAMES)
def key_id(network: Network, country: str, number: int, key: int) -> str:
    """The verification method of an issuer's key: `<did>#k<key>`."""
    return f"{issuer_did(network, country, number)}#{key_fragment(key)}"


def key_fragment(key: int) -> str:
    """An issuer's key as national lists name it: `k1`."""
    return f"k{key}"


@lru_cache(maxsize=KEPT_NAMES)
def parse_key_id(network: Network, method: str) -> tuple[IssuerRef, int]:
    """Issuer and key number of a verification method. Raises Malformed if it is not of this network."""
    did, _, fragment = method.partition("#")
    match = _KEY_FRAGMENT.fullmatch(fragment)
    if match is None:
        raise Malformed("key_id_invalid", field="proof.verificationMethod")
    return parse_issuer_did(network, did), int(match["key"])


@lru_cache(maxsize=KEPT_NAMES)
def issuer_base(network: Network, country: str, number: int) -> str:
    """`https://<domain>/<cc>/<n>`, under which an issuer's documents, lists and credentials stand."""
    return f"https://{network.domain}/{country.lower()}/{number}"


def status_list_url(network: Network, country: str, number: int, purpose: Purpose, list_number: int) -> str:
    """Where the signed status list of one purpose is published."""
    return f"{issuer_base(network, country, number)}/status/{purpose}/{list_number}"


@lru_cache(maxsize=KEPT_NAMES)
def status_list_urls(
    network: Network, country: str, number: int, list_number: int
) -> tuple[tuple[Purpose, str], ...]:
    """The lists of all purposes, in their order."""
    return tuple(
        [(purpose, status_list_url(network, country, number, purpose, list_number)) for purpose in PURPOSES]
    )


def credential_id(network: Network, country: str, number: int, certificate_number: str) -> str:
    """The wallet credential's id."""
    return f"{issuer_base(network, country, number)}/credentials/{quote(certificate_number, safe='')}"


def credential_number(identifier: str) -> str:
    """The certificate number a wallet credential's id ends with.

    Whether the id is ours, the caller compares.
    """
    return unquote(identifier.rpartition("/")[2])


def card_id(network: Network, country: str, number: int, certificate_number: str) -> str:
    """The skill card's id: the same certificate, another document."""
    return f"{issuer_base(network, country, number)}/cards/{quote(certificate_number, safe='')}"


def trade_iri(network: Network, country: str, trade: int) -> str:
    """The national trade as an IRI, for documents."""
    return f"https://{network.domain}/{country.lower()}/trades/{trade}"


def trade_code(country: str, trade: int) -> str:
    """The national trade as agreements and scopes write it: `CM:1204`."""
    return f"{country}:{trade}"


def centre_iri(network: Network, country: str, centre: int) -> str:
    """The assessing centre as an IRI."""
    return f"https://{network.domain}/{country.lower()}/centres/{centre}"


def standard_iri(network: Network, standard: int) -> str:
    """A regional trade standard as an IRI; agreements name it so too."""
    return f"https://{network.domain}/standards/{standard}"


def level_code(country: str, level: int) -> str:
    """A rung of the national ladder: `CM-4`."""
    return f"{country}-{level}"


def level_iri(network: Network, country: str, level: int) -> str:
    """A rung of the national ladder as an IRI."""
    return f"https://{network.domain}/{country.lower()}/levels/{level}"


def acqf_level_iri(network: Network, level: int) -> str:
    """A level of the African Continental Qualifications Framework as an IRI."""
    return f"https://{network.domain}/acqf/levels/{level}"


def unit_code(unit: int) -> str:
    """A unit of a trade standard: `U3`."""
    return f"U{unit}"


def occupation_code(isco08: str) -> str:
    """An ISCO-08 unit group as agreements write it: `isco08:7212`."""
    return f"isco08:{isco08}"


def own_number(country: str, issuer: int, award_year: int, serial: int) -> str:
    """A certificate number of the network's own form: `CM-1-2026-000123`.

    Bodies may use their own instead.
    """
    return f"{country}-{issuer}-{award_year:04d}-{serial:06d}"


def is_own_form(number: str) -> bool:
    """Has this certificate number the network's own form, whatever it names?"""
    return _OWN_NUMBER.fullmatch(number) is not None


def own_serial(number: str, *, country: str, issuer: int, award_year: int) -> int | None:
    """The serial of a number of the network's own form, or None where the number is any other text."""
    match = _OWN_NUMBER.fullmatch(number)
    if match is None:
        return None
    serial = int(match["serial"])
    if serial < 1 or number != own_number(country, issuer, award_year, serial):
        return None
    return serial
