"""A certification as SD-JWT VC and as vc+jwt: the same facts, shown as far as the holder wants."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from certes.credential import jwt_credential, sd_jwt_credential
from certes.credential.achievement import StandardRef
from certes.credential.envelope import Opened, jwt, sd_jwt
from certes.credential.errors import Malformed
from certes.credential.keys import PublicKey
from certes.credential.status.token import INVALID, Reference, blank
from certes.credential.wallet import WalletFacts
from tests.samples import LABELS, NETWORK, OTHER_NETWORK, TYPICAL, signer_of
from tests.unit.credential.envelope_samples import BOUND, HOLDER_KEY, HOLDS, NOW, counting, sd_text
from tests.unit.credential.envelope_samples import ED25519 as SAMPLE_SIGNER

_SIGNER = signer_of(TYPICAL)
_FULL = replace(
    TYPICAL,
    achievement=replace(TYPICAL.achievement, standard=StandardRef(12, 2), units=(1, 3)),
    centre=7,
    valid_until=date(2031, 2, 28),
    replaces="CM-1-2025-000007",
)


def _key_for(name: str) -> PublicKey:
    assert name == _SIGNER.verification_method
    return _SIGNER.public_key


def _issue(certification: Any = _FULL, **options: Any) -> str:
    return sd_jwt_credential.issue(
        certification, LABELS, network=NETWORK, signer=_SIGNER, random=counting(), **options
    )


def _verify(text: str, **options: Any) -> Opened:
    return sd_jwt.verify(text, **{"key_for": _key_for, "now": datetime(2026, 11, 25, tzinfo=UTC), **options})


@pytest.mark.parametrize(
    "certification", [_FULL, TYPICAL, replace(TYPICAL, centre=None)], ids=["full", "typical", "no centre"]
)
def test_the_certification_comes_back_when_all_is_shown(certification: Any) -> None:
    opened = _verify(_issue(certification))
    assert sd_jwt_credential.read(opened, network=NETWORK) == certification
    assert opened.controller == opened.issuer


def test_trade_and_level_can_be_shown_without_the_person() -> None:
    shown = sd_jwt.present(_issue(holder_key=HOLDER_KEY.public_key), disclose=[], holder=HOLDS)
    now = NOW.replace(microsecond=0)
    opened = _verify(shown, binding=BOUND, now=now) if _FULL.signed_on <= now.date() else _verify(shown)
    facts = sd_jwt_credential.read_shown(opened, network=NETWORK)
    achievement = _FULL.achievement
    assert (facts.country, facts.trade, facts.level, facts.kind, facts.units) == (
        achievement.country,
        achievement.trade,
        achievement.level,
        achievement.kind,
        achievement.units,
    )
    assert (facts.issuer, facts.key, facts.status) == (_FULL.issuer, _FULL.key, _FULL.status)
    assert (facts.signed_on, facts.valid_until) == (_FULL.signed_on, _FULL.valid_until)
    assert (facts.standard, facts.occupation) == (achievement.standard, achievement.occupation)
    for path in sd_jwt_credential.DISCLOSABLE:
        assert path[0] not in opened.document
    assert opened.withheld == len(sd_jwt_credential.DISCLOSABLE)


def test_nothing_of_the_person_stands_in_the_signed_payload() -> None:
    text = _issue()
    hidden = _verify(sd_jwt.present(text, disclose=())).document
    told = str(hidden)
    assert _FULL.person.name not in told
    assert str(_FULL.person.birth) not in told
    assert _FULL.number not in told
    assert set(sd_jwt.disclosable_paths(text)) == set(sd_jwt_credential.DISCLOSABLE)


@pytest.mark.parametrize("name", [path[0] for path in sd_jwt_credential.DISCLOSABLE])
def test_a_certification_of_which_anything_is_withheld_is_not_read_as_whole(name: str) -> None:
    text = _issue()
    shown = [path for path in sd_jwt.disclosable_paths(text) if path != (name,)]
    with pytest.raises(Malformed) as caught:
        sd_jwt_credential.read(_verify(sd_jwt.present(text, disclose=shown)), network=NETWORK)
    assert caught.value.code == "claim_withheld"
    required = ("name", "birth_date", "certificate_number", "route", "awarded_on")
    assert caught.value.field == (name if name in required else None)


def test_the_last_day_is_valid_and_the_next_is_not() -> None:
    text = _issue()
    last = datetime(2031, 2, 28, 23, 59, 59, tzinfo=UTC)
    assert _verify(text, now=last).document
    with pytest.raises(Malformed) as caught:
        _verify(text, now=datetime(2031, 3, 1, 0, 2, tzinfo=UTC))
    assert caught.value.code == "jwt_expired"


def test_its_status_stands_in_a_token_status_list_of_the_issuer() -> None:
    opened = _verify(_issue())
    slot = _FULL.status
    url = f"https://skills.example/cm/1/status/token/{slot.list}"
    assert opened.document["status"] == Reference(slot.index, url).claim()
    statuses = blank(slot.index + 1, bits=2).with_values({slot.index: INVALID})
    assert statuses.value(slot.index) == INVALID


def _changed(**changes: Any) -> Opened:
    """All claims, some changed, signed well and shown without withholding; None takes one away."""
    claims = {**sd_jwt_credential.claims(_FULL, LABELS, network=NETWORK), **changes}
    claims = {name: value for name, value in claims.items() if value is not None}
    text = sd_text(claims, header={"kid": _SIGNER.verification_method})
    return sd_jwt.verify(
        text, key_for=lambda _: SAMPLE_SIGNER.public_key, now=datetime(2026, 11, 25, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"vct": "https://skills.other.example/vct/skill-certificate"}, "vct_wrong", "vct"),
        ({"iss": "did:web:skills.example:cm:2"}, "key_id_wrong", "kid"),
        ({"iss": "did:web:e.example"}, "issuer_not_of_network", "issuer"),
        ({"iss": None}, "member_invalid", "iss"),
        ({"status": None}, "member_invalid", "status"),
        ({"status": {"status_list": {"idx": "1"}}}, "status_reference_invalid", "status.status_list.idx"),
        (
            {"status": {"status_list": {"idx": 1, "uri": "https://e.example/1"}}},
            "member_unexpected",
            "status.status_list.uri",
        ),
        ({"trade": "GA:1204"}, "member_unexpected", "trade"),
        ({"trade": "CM:x"}, "member_invalid", "trade"),
        ({"trade": None}, "member_invalid", "trade"),
        ({"trade_version": True}, "member_invalid", "trade_version"),
        ({"occupation": "7212"}, "member_unexpected", "occupation"),
        ({"level": "GA-4"}, "member_unexpected", "level"),
        ({"kind": "all"}, "member_invalid", "kind"),
        ({"units": ["U0"]}, "member_invalid", "units"),
        ({"units": "U1"}, "member_invalid", "units"),
        ({"units": ["U3", "U1"]}, "member_invalid", None),
        ({"route": "bought"}, "member_invalid", "route"),
        ({"birth_date": "1985-13"}, "birth_date_invalid", "person.birth_date"),
        ({"name": "A  B"}, "member_invalid", None),
        ({"issuer_name": "A\u200bB"}, "member_invalid", "issuer_name"),
        ({"trade_name": ""}, "member_invalid", "trade_name"),
        ({"identity_document": {"country": "CM", "kind": "x", "last4": "1"}}, "member_invalid", None),
        ({"identity_document": "x"}, "member_invalid", "identity_document"),
        ({"replaces": "../x"}, "member_invalid", "replaces"),
        (
            {"standard": "https://skills.example/standards/12", "standard_version": None},
            "member_invalid",
            None,
        ),
        ({"iat": 1_772_323_201}, "member_invalid", "iat"),
        ({"nbf": None}, "member_unexpected", "nbf"),
        ({"extra": 1}, "member_unexpected", "extra"),
        ({"awarded_on": "2026-02-30"}, "member_invalid", "awarded_on"),
    ],
    ids=str,
)
def test_claims_that_are_not_what_the_facts_give_are_refused(
    changes: dict[str, Any], code: str, field: str | None
) -> None:
    assert sd_jwt_credential.read(_changed(), network=NETWORK) == _FULL
    with pytest.raises(Malformed) as caught:
        sd_jwt_credential.read(_changed(**changes), network=NETWORK)
    assert caught.value.code == code
    if field is not None:
        assert caught.value.field == field


@pytest.mark.parametrize("days", [10**7, -(10**7)])
def test_a_day_that_no_calendar_has_is_refused(days: int) -> None:
    opened = _changed()
    for name in ("iat", "exp"):
        changed = replace(opened, document={**opened.document, name: days * 86_400})
        with pytest.raises(Malformed) as caught:
            sd_jwt_credential.read_shown(changed, network=NETWORK)
        assert (caught.value.code, caught.value.field) == ("member_invalid", name)


def test_another_network_s_certificate_is_refused() -> None:
    with pytest.raises(Malformed) as caught:
        sd_jwt_credential.read(_verify(_issue()), network=OTHER_NETWORK)
    assert caught.value.code == "vct_wrong"


def test_only_the_key_that_the_certification_names_signs_it() -> None:
    other = replace(_FULL, key=_FULL.key + 1)
    with pytest.raises(Malformed) as caught:
        _issue(other)
    assert caught.value.code == "key_id_wrong"
    with pytest.raises(Malformed) as caught:
        jwt_credential.seal(other, LABELS, network=NETWORK, signer=_SIGNER)
    assert caught.value.code == "key_id_wrong"


def test_the_wallet_credential_goes_through_an_envelope() -> None:
    text = jwt_credential.seal(_FULL, LABELS, network=NETWORK, signer=_SIGNER)
    opened = jwt.open(text, key_for=_key_for, kind=jwt.VC_JWT)
    assert jwt_credential.read(opened, network=NETWORK) == WalletFacts(_FULL, LABELS)


def test_an_envelope_around_another_document_or_from_another_key_is_refused() -> None:
    opened = jwt.open(
        jwt_credential.seal(_FULL, LABELS, network=NETWORK, signer=_SIGNER), key_for=_key_for, kind=jwt.VC_JWT
    )
    for changed, code in (
        (replace(opened, document={**opened.document, "proof": {}}), "member_unexpected"),
        (replace(opened, document={**opened.document, "name": "Other"}), "member_unexpected"),
        (replace(opened, verification_method="did:web:skills.example:cm:2#k1"), "key_id_wrong"),
        (replace(opened, verification_method="did:web:e.example#k1"), "issuer_not_of_network"),
    ):
        with pytest.raises(Malformed) as caught:
            jwt_credential.read(changed, network=NETWORK)
        assert caught.value.code == code
