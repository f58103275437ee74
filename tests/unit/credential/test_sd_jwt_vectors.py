"""The cases of the SD-JWT specification and of its reference implementation: issued, presented, verified."""

from datetime import UTC, datetime
from typing import Any

import pytest

from certes.credential import multibase
from certes.credential.envelope import HolderBound, HolderSigns, Opened, sd_jwt
from certes.credential.keys import P256, EcdsaSigner, PublicKey, parse_jwk
from tests.unit.credential import sd_jwt_cases
from tests.unit.credential.envelope_samples import counting

_TYPES = ("example+sd-jwt",)
_PUBLIC = ("kty", "crv", "x", "y")


def _signer(jwk: dict[str, str], name: str) -> EcdsaSigner:
    signer = EcdsaSigner(multibase.base64url_decode(jwk["d"]), name, key_type=P256)
    assert signer.public_key == parse_jwk({member: jwk[member] for member in _PUBLIC})
    return signer


@pytest.mark.parametrize("name", sd_jwt_cases.names())
def test_a_case_of_others_is_issued_presented_and_verified(name: str) -> None:
    case = sd_jwt_cases.read(name)
    settings = sd_jwt_cases.settings(name.partition("/")[0])
    keys, who, nonce = settings["key_settings"], settings["identifiers"], settings["key_binding_nonce"]
    issuer, holder = _signer(keys["issuer_keys"][0], who["issuer"]), _signer(keys["holder_key"], "holder")
    now = datetime.fromtimestamp(settings["iat"], UTC)
    dates = {"iat": settings["iat"], "exp": settings["exp"]}
    claims: dict[str, Any] = {**case.claims, "iss": who["issuer"], **dates}
    own = {"iss", "cnf", *dates}

    text = sd_jwt.issue(
        claims,
        signer=issuer,
        disclosable=case.disclosable,
        random=counting(),
        holder_key=holder.public_key,
        type_=_TYPES[0],
        decoys={(): 3},
    )
    assert sorted(sd_jwt.disclosable_paths(text), key=str) == sorted(case.disclosable, key=str)

    def key_for(_: str) -> PublicKey:
        return issuer.public_key

    def seen(presentation: str) -> tuple[dict[str, Any], Opened]:
        bound = HolderBound(nonce, who["verifier"])
        opened = sd_jwt.verify(presentation, key_for=key_for, now=now, types=_TYPES, binding=bound)
        return {key: value for key, value in opened.document.items() if key not in own}, opened

    signs = HolderSigns(holder, nonce, who["verifier"], now)
    plain = {key: value for key, value in case.claims.items() if key not in own}
    everything, opened = seen(sd_jwt.present(text, disclose=case.disclosable, holder=signs))
    assert (everything, opened.withheld) == (plain, 3)
    nothing, opened = seen(sd_jwt.present(text, disclose=(), holder=signs))
    assert (nothing, opened.disclosed) == (sd_jwt_cases.withheld(plain, set(case.disclosable)), ())

    paths = sd_jwt_cases.chosen(case)
    chosen, opened = seen(sd_jwt.present(text, disclose=paths, holder=signs))
    hidden = {path for path in case.disclosable if not any(one[: len(path)] == path for one in paths)}
    assert chosen == sd_jwt_cases.withheld(plain, hidden)
    assert case.expected is None or chosen == case.expected
    assert len(opened.disclosed) == len(case.disclosable) - len(hidden)


def test_all_cases_are_there() -> None:
    names = sd_jwt_cases.names()
    assert len(names) == 32
    assert sum(sd_jwt_cases.read(name).expected is not None for name in names) == 17
