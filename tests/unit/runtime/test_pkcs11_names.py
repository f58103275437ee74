"""Addresses, points and errors of PKCS#11, without a token."""

import re
from pathlib import Path

import pkcs11
import pytest

from certes.credential.errors import Malformed, Refusal, Unsupported
from certes.credential.keys import ED25519, P256, P384, EcdsaSigner, Ed25519Signer, KeyType, PublicKey
from certes.runtime.languages import LANGUAGES, catalogue
from certes.runtime.pkcs11_errors import LOST, PIN_REFUSED, refusal_of
from certes.runtime.pkcs11_points import curve_for, curve_of, public_key
from certes.runtime.pkcs11_token import token_place
from certes.runtime.pkcs11_uri import KeyUri, parse_uri
from certes.runtime.refusals import SettingInvalid
from tests.architecture.project import ROOT


def _pair(key_type: KeyType) -> PublicKey:
    if key_type is ED25519:
        return Ed25519Signer(bytes([9]) * 32, "").public_key
    size = key_type.signature_bytes // 2
    return EcdsaSigner(bytes([9]) * size, "", key_type=key_type).public_key


def _raw_forms(key: PublicKey) -> list[bytes]:
    if key.type.curve is None:
        return [key.raw]
    x, y = key.type.curve.coordinates(key.raw)
    return [key.raw, b"\x04" + x + y]


@pytest.mark.parametrize("key_type", [ED25519, P256, P384])
def test_a_point_is_read_raw_and_in_an_octet_string(key_type: KeyType) -> None:
    key, curve = _pair(key_type), curve_for(key_type)
    for raw in _raw_forms(key):
        assert public_key(curve, raw) == key
        assert public_key(curve, bytes([4, len(raw)]) + raw) == key


@pytest.mark.parametrize("key_type", [ED25519, P256, P384])
def test_a_point_of_another_length_or_wrapping_is_refused(key_type: KeyType) -> None:
    key, curve = _pair(key_type), curve_for(key_type)
    for raw in _raw_forms(key):
        wrapped = bytes([4, len(raw)]) + raw
        for bad in (b"", raw[:-1], raw + b"\0", wrapped[:-1], b"\3" + wrapped[1:], b"\4\4" + wrapped):
            with pytest.raises(Malformed) as caught:
                public_key(curve, bad)
            assert caught.value.code == "hsm_point_invalid"


def test_a_raw_ed25519_key_that_looks_wrapped_is_still_raw() -> None:
    raw = b"\x04\x1e" + bytes(range(30))
    assert public_key(curve_for(ED25519), raw).raw == raw


def test_a_point_off_its_curve_is_refused() -> None:
    good = _raw_forms(_pair(P256))[1]
    for bad in (good[:-1] + bytes([good[-1] ^ 1]), b"\x05" + good[1:]):
        with pytest.raises(Malformed) as caught:
            public_key(curve_for(P256), bad)
        assert caught.value.code == "key_not_on_curve"


@pytest.mark.parametrize(
    ("parameters", "key_type"),
    [
        ("06032b6570", ED25519),  # RFC 8410
        ("130c656477617264733235353139", ED25519),  # PrintableString edwards25519
        ("06082a8648ce3d030107", P256),
        ("06052b81040022", P384),
    ],
)
def test_a_curve_is_known_by_each_of_its_names(parameters: str, key_type: KeyType) -> None:
    assert curve_of(bytes.fromhex(parameters)).type is key_type


@pytest.mark.parametrize("parameters", ["06032b6571", "06052b8104000a", "06052b81040023", ""])
def test_another_curve_is_refused(parameters: str) -> None:
    with pytest.raises(Unsupported) as caught:
        curve_of(bytes.fromhex(parameters))
    assert caught.value.code == "hsm_key_type_unsupported"


def test_an_address_is_read_with_its_escapes() -> None:
    text = (
        "pkcs11:token=The%20Software%20PKCS%2311%20Softtoken;manufacturer=Snake%20Oil,%20Inc.;model=1.0;"
        "serial=0a;object=cl%C3%A9;type=private;id=%69%95%3E%5C%F4%BD%EC%91?module-path=/usr/lib/m%3B.so"
    )
    assert parse_uri(text) == KeyUri(
        "The Software PKCS#11 Softtoken",
        "0a",
        "Snake Oil, Inc.",
        "1.0",
        "clé",
        bytes.fromhex("69953e5cf4bdec91"),
        "/usr/lib/m;.so",
    )


@pytest.mark.parametrize(
    ("text", "attribute"),
    [
        ("pkcs12:token=x", "pkcs11:"),
        ("pkcs11:", "token"),
        ("pkcs11:object=k1", "token"),
        ("pkcs11:token=x;token=y", "token"),
        ("pkcs11:token=", "token"),
        ("pkcs11:token", "token"),
        ("pkcs11:token=a b", "token"),
        ("pkcs11:token=%zz", "token"),
        ("pkcs11:token=%ff", "token"),
        ("pkcs11:token=x;slot-id=3", "slot-id"),
        ("pkcs11:token=x;Object=k1", "?"),
        ("pkcs11:token=x;type=cert", "type"),
        ("pkcs11:token=x?module-name=softhsm", "module-name"),
        ("pkcs11:token=x?module-path=/a&module-path=/b", "module-path"),
        ("pkcs11:token=x;module-path=/a", "module-path"),
        ("pkcs11:token=" + "x" * 3_000, "pkcs11:"),
    ],
)
def test_an_address_that_is_not_understood_whole_is_refused(text: str, attribute: str) -> None:
    with pytest.raises(SettingInvalid) as caught:
        parse_uri(text, field="CERTES_ISSUER_KEY_URI")
    assert (caught.value.code, caught.value.field) == ("hsm_uri_invalid", "CERTES_ISSUER_KEY_URI")
    assert caught.value.params["attribute"] == attribute


@pytest.mark.parametrize("part", ["?pin-value=S3CRET", "?pin-source=file:/S3CRET", ";pin-value=S3CRET"])
def test_an_address_with_a_pin_is_refused_without_repeating_it(part: str) -> None:
    with pytest.raises(SettingInvalid) as caught:
        parse_uri("pkcs11:token=x" + part)
    assert caught.value.code == "hsm_uri_has_pin"
    assert "S3CRET" not in f"{caught.value}{dict(caught.value.params)}"


def test_the_address_wins_over_the_setting_for_the_module_and_one_is_needed() -> None:
    assert token_place("pkcs11:token=x?module-path=/a.so", pin="1", module="/b.so").module == "/a.so"
    assert token_place("pkcs11:token=x", pin="1", module="/b.so").module == "/b.so"
    with pytest.raises(SettingInvalid) as caught:
        token_place("pkcs11:token=x", pin="1", setting="S")
    assert (caught.value.code, caught.value.params["attribute"]) == ("hsm_uri_invalid", "module-path")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (pkcs11.PinIncorrect, "hsm_pin_wrong"),
        (pkcs11.PinLenRange, "hsm_pin_wrong"),
        (pkcs11.PinLocked, "hsm_pin_locked"),
        (pkcs11.PinExpired, "hsm_pin_expired"),
        (pkcs11.UserPinNotInitialized, "hsm_pin_not_set"),
        (pkcs11.DeviceRemoved, "hsm_removed"),
        (pkcs11.TokenNotPresent, "hsm_removed"),
        (pkcs11.MechanismInvalid, "hsm_mechanism_unsupported"),
        (pkcs11.DeviceMemory, "hsm_failed"),
        (pkcs11.PKCS11Error, "hsm_failed"),
    ],
)
def test_an_error_of_a_module_is_a_refusal_without_its_text(
    error: type[pkcs11.PKCS11Error], code: str
) -> None:
    refusal = refusal_of(error("vendor text"), token="CM-1")
    assert refusal.code == code
    assert "vendor" not in str(refusal)


def test_the_tables_name_errors_that_exist() -> None:
    for name in (*LOST, *PIN_REFUSED):
        assert issubclass(getattr(pkcs11, name), pkcs11.PKCS11Error)
    assert not LOST & PIN_REFUSED.keys()  # a refused PIN is never sent again by way of a new session


def _codes() -> set[str]:
    files = (ROOT / "certes" / "runtime").glob("pkcs11_*.py")
    return {code for file in files for code in re.findall(r'"(hsm_[a-z_]+)"', _code(file))}


def _code(file: Path) -> str:
    """Without the names of events in the log, which nobody is told in words."""
    return re.sub(r"warn\([^)]*\)", "", file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_says_what_is_wrong_and_what_to_do(language: str) -> None:
    words = catalogue("problems.hsm", language)
    codes = _codes()
    assert len(codes) >= 20
    assert {code for code in codes if not {code, f"{code}.fix"} <= words.keys()} == set()


def test_a_refusal_of_a_key_is_not_the_fault_of_who_asks() -> None:
    assert isinstance(refusal_of(pkcs11.PinIncorrect(), token="x"), Refusal)
    assert not isinstance(refusal_of(pkcs11.PinIncorrect(), token="x"), Malformed)
