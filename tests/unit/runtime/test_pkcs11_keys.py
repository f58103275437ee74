"""certes/runtime/pkcs11_keys.py over SoftHSM: keys that never leave their token."""

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pkcs11
import pytest

from certes.credential.errors import Refusal
from certes.credential.keys import ED25519, P256, P384, KeyType
from certes.runtime.key_places import create_key, open_keys, token_of
from certes.runtime.pkcs11_keys import TokenKeys
from certes.runtime.pkcs11_token import Token, TokenPlace, token_at, token_place
from certes.runtime.refusals import SettingInvalid
from certes.runtime.settings import Environment
from tests.softhsm import OFFICER_PIN, PIN, SoftToken, fresh_token

METHOD = "did:web:skills.example:cm:1#k1"
Session = pkcs11.Session


def refused(work: Callable[[], object]) -> Refusal:
    """What `work` is refused with; never with the PIN in it."""
    with pytest.raises(Refusal) as caught:
        work()
    assert PIN not in f"{caught.value} {caught.value!r} {dict(caught.value.params)}"
    return caught.value


def inside(token: SoftToken, work: Callable[[Session], Any]) -> Any:
    """Do something in the token with the library alone, in a session that may write."""

    def writing(session: Session) -> Any:
        opened = session.token.open(rw=True)
        try:
            return work(opened)
        finally:
            opened.close()

    return token_at(token.place()).run(writing)


def objects(session: Session, kind: pkcs11.ObjectClass, **named: Any) -> list[Any]:
    """What stands in the token."""
    attributes = {pkcs11.Attribute[name.upper()]: value for name, value in named.items()}
    return list(session.get_objects({pkcs11.Attribute.CLASS: kind, **attributes}))


@pytest.mark.parametrize("key_type", [ED25519, P256, P384])
def test_a_key_made_in_a_token_signs_under_its_public_half(token: SoftToken, key_type: KeyType) -> None:
    made = TokenKeys(token.place()).create(1, key_type=key_type)
    signer = TokenKeys(token.place("id=%01")).signer(1, verification_method=METHOD, types=(key_type,))
    signature = signer.sign(b"data")
    assert len(signature) == key_type.signature_bytes
    signer.public_key.verify(signature, b"data")
    assert (signer.public_key, signer.verification_method) == (made, METHOD)


def test_a_private_key_cannot_be_taken_out(token: SoftToken) -> None:
    create_key(token.place("object=k1"), key=1)

    def held(session: Session) -> list[bool]:
        key = objects(session, pkcs11.ObjectClass.PRIVATE_KEY, label="k1")[0]
        flags = ("EXTRACTABLE", "SENSITIVE", "NEVER_EXTRACTABLE", "TOKEN", "PRIVATE", "SIGN")
        return [key[pkcs11.Attribute[flag]] for flag in flags]

    assert inside(token, held) == [False, True, True, True, True, True]


def test_ed25519_alone_signs_where_nothing_else_is_asked_for(token: SoftToken) -> None:
    keys = TokenKeys(token.place("object=log"))
    keys.create(1, key_type=P256)
    refusal = refused(lambda: keys.signer(1, verification_method=METHOD))
    assert (refusal.code, refusal.params["type"]) == ("hsm_key_type_unsupported", "P-256")


def test_an_rsa_key_is_refused_by_its_kind(token: SoftToken) -> None:
    inside(token, lambda session: session.generate_keypair(pkcs11.KeyType.RSA, 2048, store=True, label="rsa"))
    refusal = refused(lambda: open_keys(token.place("object=rsa")).signer(1, verification_method=METHOD))
    assert (refusal.code, refusal.params["type"]) == ("hsm_key_type_unsupported", "RSA")


def test_numbers_are_the_ids_of_keys_where_the_address_names_none(token: SoftToken) -> None:
    keys = TokenKeys(token.place())
    made = [keys.create(number) for number in (1, 2, 300)]
    assert [keys.signer(n, verification_method="").public_key for n in (1, 2, 300)] == made
    assert TokenKeys(token.place("id=%01%2C")).signer(9, verification_method="").public_key == made[2]
    assert refused(lambda: keys.signer(3, verification_method="")).code == "hsm_key_missing"


def test_a_key_is_never_made_twice(token: SoftToken) -> None:
    made = TokenKeys(token.place("object=k1;id=%07")).create(1)
    for taken in ("object=k1", "id=%07", "object=k1;id=%08", "object=k2;id=%07"):
        keys = TokenKeys(token.place(taken))
        assert refused(lambda keys=keys: keys.create(1)).code == "hsm_key_exists"  # type: ignore[misc]
    assert TokenKeys(token.place("object=k1")).signer(1, verification_method="").public_key == made


def test_two_keys_of_one_name_are_told_apart_or_refused(token: SoftToken) -> None:
    create_key(token.place("object=k1;id=%01"), key=1)
    second = create_key(token.place("object=k2;id=%02"), key=1)

    def rename(session: Session) -> None:
        for kind in (pkcs11.ObjectClass.PRIVATE_KEY, pkcs11.ObjectClass.PUBLIC_KEY):
            objects(session, kind, id=b"\2")[0][pkcs11.Attribute.LABEL] = "k1"

    inside(token, rename)
    assert refused(lambda: _signer(token, "object=k1")).code == "hsm_key_ambiguous"
    assert _signer(token, "object=k1;id=%02").public_key == second


def test_a_public_key_of_another_pair_is_found_out_at_once(token: SoftToken) -> None:
    create_key(token.place("id=%01"), key=1)
    create_key(token.place("id=%02"), key=1)

    def swap(session: Session) -> None:
        public = pkcs11.ObjectClass.PUBLIC_KEY
        first, second = (objects(session, public, id=name)[0] for name in (b"\1", b"\2"))
        first[pkcs11.Attribute.ID] = b"\3"
        second[pkcs11.Attribute.ID] = b"\1"

    inside(token, swap)
    assert refused(lambda: _signer(token, "id=%01")).code == "hsm_signature_wrong"
    assert refused(lambda: _signer(token, "id=%02")).code == "hsm_public_key_missing"


def test_a_key_that_wants_the_pin_each_time_gets_it(token: SoftToken) -> None:
    def make(session: Session) -> None:
        session.create_domain_parameters(
            pkcs11.KeyType.EC_EDWARDS, {pkcs11.Attribute.EC_PARAMS: bytes.fromhex("06032b6570")}, local=True
        ).generate_keypair(
            mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
            store=True,
            id=b"\1",
            private_template={pkcs11.Attribute.ALWAYS_AUTHENTICATE: True},
        )

    inside(token, make)
    signer = _signer(token, "id=%01")
    for data in (b"one", b"two"):
        signer.public_key.verify(signer.sign(data), data)


def test_a_lost_session_is_opened_anew_with_a_login(token: SoftToken) -> None:
    create_key(token.place(), key=1)
    signer = _signer(token)
    token.lose_session()
    signer.public_key.verify(signer.sign(b"after"), b"after")


def test_other_tokens_of_the_module_live_through_its_new_start(
    token: SoftToken, softhsm_configuration: Path
) -> None:
    other = fresh_token(softhsm_configuration)
    for each in (token, other):
        create_key(each.place(), key=1)
    signer, other_signer = _signer(token), _signer(other)
    token.lose_session()  # which starts the module anew for both
    for each in (signer, other_signer, signer):
        each.public_key.verify(each.sign(b"data"), b"data")


def test_a_removed_device_is_unavailable_until_it_is_back(token: SoftToken) -> None:
    create_key(token.place(), key=1)
    signer = _signer(token)
    with token.away():
        assert refused(lambda: signer.sign(b"data")).code == "hsm_token_missing"
    signer.public_key.verify(signer.sign(b"data"), b"data")


def test_a_wrong_pin_is_sent_once_and_the_right_one_still_opens(token: SoftToken) -> None:
    wrong = token.place(pin="4242-wrong")
    assert refused(lambda: TokenKeys(wrong).create(1)).code == "hsm_pin_wrong"
    token.util("--init-token", "--token", token.label, "--label", token.label, "--so-pin", OFFICER_PIN,
               "--pin", "4242-wrong")  # fmt: skip
    assert refused(lambda: TokenKeys(wrong).create(1)).code == "hsm_pin_wrong"  # it would open now
    token.util("--init-token", "--token", token.label, "--label", token.label, "--so-pin", OFFICER_PIN,
               "--pin", PIN)  # fmt: skip
    create_key(token.place(), key=1)
    assert _signer(token).sign(b"data")


def test_another_pin_than_the_one_that_opened_is_wrong(token: SoftToken) -> None:
    create_key(token.place(), key=1)
    assert refused(lambda: TokenKeys(token.place(pin="other"))).code == "hsm_pin_wrong"
    assert _signer(token).sign(b"data")


def test_a_pin_that_was_changed_meanwhile_is_sent_once(token: SoftToken) -> None:
    create_key(token.place(), key=1)
    signer = _signer(token)
    inside(token, lambda session: session.set_pin(PIN, "4242-new"))
    token.lose_session()
    assert [refused(lambda: signer.sign(b"data")).code for _ in range(3)] == ["hsm_pin_wrong"] * 3
    renewed = TokenKeys(token.place(pin="4242-new")).signer(1, verification_method="")
    assert renewed.public_key == signer.public_key


def test_the_last_try_is_not_ours_to_spend(token: SoftToken, monkeypatch: pytest.MonkeyPatch) -> None:
    class NearlyLocked:
        flags = pkcs11.TokenFlag.USER_PIN_COUNT_LOW | pkcs11.TokenFlag.USER_PIN_FINAL_TRY

        def open(self, **_: object) -> None:
            raise AssertionError("a PIN was sent")

    monkeypatch.setattr(Token, "_found", lambda _: NearlyLocked())
    assert refused(lambda: TokenKeys(token.place()).create(1)).code == "hsm_pin_last_try"


def test_a_login_that_fails_somehow_is_not_tried_again(
    token: SoftToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Vague:
        flags = pkcs11.TokenFlag.USER_PIN_INITIALIZED
        sent = 0

        def open(self, **_: object) -> None:
            Vague.sent += 1
            raise pkcs11.GeneralError

    monkeypatch.setattr(Token, "_found", lambda _: Vague())
    refusal = refused(lambda: TokenKeys(token.place()).signer(1, verification_method=METHOD))
    assert (refusal.code, refusal.params["error"], Vague.sent) == ("hsm_failed", "GeneralError", 1)


def test_threads_take_turns(token: SoftToken) -> None:
    create_key(token.place(), key=1)
    signer = _signer(token)
    messages = [bytes([number]) * 100 for number in range(120)]
    with ThreadPoolExecutor(8) as threads:
        signatures = list(threads.map(signer.sign, messages))
    for message, signature in zip(messages, signatures, strict=True):
        signer.public_key.verify(signature, message)


def test_a_forked_process_logs_in_for_itself(token: SoftToken) -> None:
    create_key(token.place(), key=1)
    signer = _signer(token)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover
        os.write(writing, signer.sign(b"from the child"))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    signer.public_key.verify(os.read(reading, 100), b"from the child")
    os.close(reading)
    os.close(writing)
    assert signer.sign(b"the parent goes on")


def test_what_is_not_there_has_a_name(token: SoftToken, tmp_path: Path) -> None:
    (tmp_path / "empty.so").write_bytes(b"")
    for path in (tmp_path / "none.so", tmp_path / "empty.so"):
        place = token_place(f"pkcs11:token={token.label}", pin=PIN, module=str(path))
        assert refused(lambda place=place: TokenKeys(place)).code == "hsm_module_missing"  # type: ignore[misc]
    stranger = token_place("pkcs11:token=stranger", pin=PIN, module=token.module)
    assert refused(lambda: TokenKeys(stranger).create(1)).code == "hsm_token_missing"
    assert refused(lambda: _signer(token, "object=nobody")).code == "hsm_key_missing"


def test_tokens_of_one_label_are_told_apart_by_serial_number(
    token: SoftToken, softhsm_configuration: Path
) -> None:
    twin = fresh_token(softhsm_configuration)
    twin.util("--init-token", "--token", twin.label, "--label", token.label, "--so-pin", OFFICER_PIN,
              "--pin", PIN)  # fmt: skip
    assert refused(lambda: TokenKeys(token.place()).create(1)).code == "hsm_token_ambiguous"
    serials = [each.serial.decode() for each in pkcs11.lib(token.module).get_tokens(token_label=token.label)]
    for serial in serials:
        place = token_place(f"pkcs11:token={token.label};serial={serial}", pin=PIN, module=token.module)
        assert TokenKeys(place).create(1).multikey


def test_without_the_extra_the_refusal_says_what_to_install(
    token: SoftToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    place = token_place("pkcs11:token=x", pin=PIN, module="/another/module.so")
    assert refused(lambda: TokenKeys(place)).code == "hsm_support_missing"


def test_settings_name_the_token_and_keep_the_pin_out_of_sight(token: SoftToken, tmp_path: Path) -> None:
    (tmp_path / "pin").write_text(f"{PIN}\n", encoding="utf-8")
    values = {"C_KEY_URI": token.uri("object=k1"), "C_KEY_PIN_FILE": str(tmp_path / "pin")}
    place = token_of(Environment("C_", values))
    assert isinstance(place, TokenPlace)
    assert PIN not in repr(place)
    assert PIN not in repr(vars(TokenKeys(place)))
    create_key(place, key=1)
    assert _signer(token, "object=k1").sign(b"data")
    assert token_of(Environment("C_", {})) is None
    with pytest.raises(SettingInvalid) as caught:
        token_of(Environment("C_", {"C_KEY_URI": "pkcs11:token=x?module-path=/m.so"}))
    assert (caught.value.code, caught.value.field) == ("setting_missing", "C_KEY_PIN")


def _signer(token: SoftToken, key: str = "") -> Any:
    return open_keys(token.place(key)).signer(1, verification_method=METHOD)
