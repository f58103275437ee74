"""Payloads to start from, as the demonstration network has them; keys and addresses are placeholders."""

from collections.abc import Callable, Mapping
from typing import Any

from certes.credential.keys import Ed25519Signer
from certes.demo.agreements import host_policy, partnership
from certes.demo.illustration import COUNTRIES, NETWORK
from certes.demo.objects import KEYS_OF_A_MEMBER, THRESHOLD, national_list, witnesses
from certes.demo.standards import BODY_KEYS, charter_body, masonry

_CAMEROON = next(country for country in COUNTRIES if country.code == "CM")


def _placeholder(number: int) -> str:
    """A public key that is well formed and is nobody's: to be replaced by one that `key create` printed."""
    return Ed25519Signer(bytes([number] * 32), "").public_key.multikey


def charter() -> dict[str, Any]:
    """Members with two of three keys each, a log key, a witness in every country."""
    return {
        "network": {"number": NETWORK.number, "domain": NETWORK.domain},
        "members": [
            {
                "country": country.code,
                "keys": [_placeholder(10 * at + key) for key in range(1, KEYS_OF_A_MEMBER + 1)],
                "threshold": THRESHOLD,
            }
            for at, country in enumerate(COUNTRIES, start=1)
        ],
        "logKeys": [_placeholder(1)],
        **witnesses({country.code: _placeholder(100 + at) for at, country in enumerate(COUNTRIES, start=1)}),
        "bodies": [charter_body(_placeholder(200 + key) for key in range(BODY_KEYS))],
        "noticeDays": 14,
        "expiresOn": None,
    }


def notice() -> dict[str, Any]:
    """A warning: key k1 of Cameroon's issuer 1 has been in other hands since a day. `issuer_suspended`, which
    names no key, is the other act there is."""
    return {
        "country": _CAMEROON.code,
        "id": "2026-1",
        "act": "key_compromised",
        "issuer": 1,
        "key": "k1",
        "since": "2026-11-18",
        "ref": "ILLUSTRATION",
    }


def notice_answer() -> dict[str, Any]:
    """The answer to it. `notice` is the object id that `member sign` printed for the warning."""
    return {
        "country": _CAMEROON.code,
        "id": "2026-1",
        "notice": "sha-256:" + "0" * 64,
        "answer": "confirmed",
        "ref": "ILLUSTRATION",
    }


def agreement_event() -> dict[str, Any]:
    """A party suspends one article; docs/spec/registry.md has the other acts."""
    text = partnership()
    return {
        "agreement": text["id"],
        "country": _CAMEROON.code,
        "event": "suspension",
        "from": "2027-01-01",
        "until": None,
        "articles": [text["articles"][0]["id"]],
        "protectsIssuedBefore": True,
        "ref": "ILLUSTRATION",
    }


EXAMPLES: Mapping[str, Callable[[], dict[str, Any]]] = {
    "Charter": charter,
    "NationalList": lambda: national_list(_CAMEROON, key=_placeholder(2), url="https://issuer.example"),
    "HostPolicy": lambda: host_policy(_CAMEROON.code),
    "Agreement": partnership,
    "AgreementEvent": agreement_event,
    "Notice": notice,
    "NoticeAnswer": notice_answer,
    "RegionalStandard": lambda: masonry(1),
}
