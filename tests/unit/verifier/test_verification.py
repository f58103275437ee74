"""Whole verifications in the invented network: every state by a story that leads to it."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from certes.credential.achievement import Person, Route
from certes.credential.errors import Malformed, Refusal
from certes.credential.identifiers import PURPOSES
from tests.unit.verifier.scene import ADDRESS, INDEX, WELDER, Scene, later, welder
from tests.world import World
from verifier.verification import looks_like_card, read_text


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_a_welder_from_cameroon_is_recognised_in_gabon(scene: Scene) -> None:
    outcome = scene.ask()
    assert [(check.name, check.result, check.code) for check in outcome.checks] == [
        ("proof", "passed", "proof_holds"),
        ("issuer", "passed", "issuer_listed"),
        ("scope", "passed", "within_scope"),
        ("dates", "passed", "dates_valid"),
        ("status", "passed", "status_valid"),
        ("recognition", "passed", "recognised"),
    ]
    assert (outcome.verdict.state, outcome.verdict.conclusion) == ("recognised", "recognised")
    lines = (outcome.document_line, outcome.person_line, outcome.here_line)
    assert lines == ("document.genuine", "person.compare", "here.recognised")
    assert outcome.names.pick("trade", "en") == "Welder"


def test_the_wallet_credential_gets_the_same_verdict_as_the_card(scene: Scene) -> None:
    outcome = scene.ask(scene.wallet())
    assert (outcome.form, outcome.verdict.state) == ("wallet", "recognised")


def test_the_card_as_json_gets_the_same_verdict_as_the_qr(scene: Scene) -> None:
    assert scene.state(scene.card_document()) == "recognised"


def test_a_forged_signature_is_not_genuine(scene: Scene) -> None:
    forged = Scene.card_document(scene, WELDER)
    other = scene.card_document(replace(WELDER, person=Person("SOMEBODY ELSE", WELDER.person.birth)))
    forged["credentialSubject"] = other["credentialSubject"]
    outcome = scene.ask(forged)
    assert (outcome.verdict.state, outcome.verdict.conclusion) == ("not_genuine", "rejected")
    assert (outcome.document_line, outcome.person_line, outcome.here_line) == (
        "document.altered",
        "person.none",
        "here.none",
    )
    assert {check.result for check in outcome.checks[1:]} == {"unknown"}


def test_an_unlisted_issuer_is_unknown_and_never_called_false(scene: Scene) -> None:
    unlisted = replace(WELDER, issuer=9)
    outcome = scene.ask(scene.card(unlisted))
    assert (outcome.verdict.state, outcome.verdict.conclusion) == ("unknown_issuer", "undetermined")
    assert outcome.check("proof").code == "key_not_known"
    assert outcome.document_line == "document.unknown"


def test_an_unlisted_key_is_unknown_and_never_called_false(scene: Scene) -> None:
    assert scene.state(scene.card(replace(WELDER, key=8))) == "unknown_issuer"


def test_a_country_outside_the_network_is_unknown(scene: Scene) -> None:
    assert scene.state(scene.card(welder(country="TD"))) == "unknown_issuer"


def test_a_stolen_key_leaves_the_time_of_issue_unproven(scene: Scene) -> None:
    outcome = scene.ask(scene.card(replace(WELDER, key=3)))
    assert (outcome.verdict.state, outcome.verdict.conclusion) == ("issue_time_not_proven", "undetermined")
    assert outcome.document_line == "document.unknown"


@pytest.mark.parametrize(
    ("purpose", "state", "conclusion", "line"),
    [
        ("revocation", "revoked", "rejected", "document.cancelled"),
        ("suspension", "suspended", "rejected", "document.suspended"),
        ("refresh", "replaced", "not_recognised", "document.replaced"),
    ],
)
def test_a_set_bit_decides(scene: Scene, purpose: str, state: str, conclusion: str, line: str) -> None:
    scene.publish(purpose, bits=(INDEX,))  # type: ignore[arg-type]
    outcome = scene.ask()
    assert (outcome.verdict.state, outcome.verdict.conclusion) == (state, conclusion)
    assert outcome.document_line == line


def test_a_replaced_certificate_says_replaced_although_it_is_also_revoked(scene: Scene) -> None:
    scene.publish("refresh", bits=(INDEX,))
    scene.publish("revocation", bits=(INDEX,))
    assert scene.state() == "replaced"


def test_a_revoked_credential_is_rejected_even_when_the_list_is_stale(scene: Scene) -> None:
    scene.publish("revocation", bits=(INDEX,))
    scene.now = later(200)
    assert scene.state() == "revoked"


def test_a_revocation_seen_alone_is_enough(tmp_path: Path) -> None:
    scene = Scene(tmp_path, lists=False)
    scene.publish("revocation", bits=(INDEX,))
    assert scene.state() == "revoked"


def test_the_neighbour_of_a_revoked_certificate_is_not_touched(scene: Scene) -> None:
    scene.publish("revocation", bits=(INDEX - 1, INDEX + 1))
    assert scene.state() == "recognised"


def test_status_lists_past_their_end_are_stale_and_never_green(scene: Scene) -> None:
    scene.now = later(2)  # the lists hold for one day; the register is young enough
    outcome = scene.ask()
    assert (outcome.verdict.state, outcome.verdict.conclusion) == ("stale", "undetermined")
    assert outcome.check("status").code == "status_too_old"
    assert outcome.document_line == "document.genuine_not_checked"
    assert outcome.here_line == "here.recognised"  # Here yes, cancellation not checked, no green


@pytest.mark.parametrize("missing", PURPOSES)
def test_two_lists_of_three_are_not_enough(tmp_path: Path, missing: str) -> None:
    scene = Scene(tmp_path, lists=False)
    for purpose in PURPOSES:
        if purpose != missing:
            scene.publish(purpose)
    assert scene.state() == "stale"


def test_a_trade_that_requires_status_is_stale_without_lists(tmp_path: Path) -> None:
    outcome = Scene(tmp_path, lists=False).ask()
    assert outcome.check("recognition").code == "status_required"
    assert (outcome.verdict.state, outcome.here_line) == ("stale", "here.unknown")


def test_a_question_about_the_past_does_not_make_old_data_fresh(scene: Scene) -> None:
    scene.now = later(200)
    outcome = scene.ask(at=date(2026, 11, 20))
    assert outcome.verdict.conclusion == "undetermined"
    assert outcome.check("recognition").code == "trust_data_too_old"


def test_a_register_over_the_hosts_limit_is_stale(scene: Scene) -> None:
    scene.now = later(9)
    outcome = scene.ask()
    assert outcome.decision is not None
    assert outcome.decision.verdict == "recognised"
    assert (outcome.check("recognition").code, outcome.verdict.state) == ("trust_data_too_old", "stale")


def test_a_clock_behind_the_data_is_noticed_and_never_green(scene: Scene) -> None:
    scene.now = later(-1)
    outcome = scene.ask()
    assert (outcome.check("dates").code, outcome.verdict.state) == ("clock_wrong", "cannot_tell")


def test_nothing_known_is_undetermined_for_a_genuine_card(tmp_path: Path) -> None:
    outcome = Scene(tmp_path, trust=False).ask()
    assert (outcome.verdict.state, outcome.verdict.conclusion) == ("cannot_tell", "undetermined")
    assert outcome.decision is None
    assert outcome.check("proof").code == "trust_data_missing"


def test_nothing_known_is_undetermined_for_a_forged_and_for_an_expired_card(tmp_path: Path) -> None:
    scene = Scene(tmp_path, trust=False)
    forged = scene.card_document() | {"validFrom": "2026-04-15T00:00:00Z"}
    forged["proof"] = {**forged["proof"], "created": "2026-04-15T00:00:00Z"}
    assert scene.ask(forged).verdict.conclusion == "undetermined"
    expired = scene.card(replace(WELDER, valid_until=date(2026, 6, 1)))
    assert scene.ask(expired).verdict.conclusion == "undetermined"


def test_an_expired_certificate_is_genuine_but_expired(scene: Scene) -> None:
    outcome = scene.ask(scene.card(replace(WELDER, valid_until=date(2026, 11, 19))))
    assert (outcome.verdict.state, outcome.verdict.conclusion) == ("expired", "not_recognised")
    assert outcome.document_line == "document.genuine"


def test_the_last_day_of_validity_is_still_valid(scene: Scene) -> None:
    assert scene.state(scene.card(replace(WELDER, valid_until=date(2026, 11, 20)))) == "recognised"


def test_a_grace_period_is_a_condition(scene: Scene) -> None:
    mechanic = welder(trade=1301, occupation="7233", valid_until=date(2026, 10, 1))
    outcome = scene.ask(scene.card(mechanic))
    assert outcome.check("dates").code == "credential_expired_in_grace"
    assert outcome.verdict.state == "recognised_with_conditions"


def test_before_the_day_of_signing_it_is_not_yet_valid(scene: Scene) -> None:
    assert scene.state(at=date(2026, 4, 13)) == "not_yet_valid"


def test_outside_its_scope_an_issuer_is_refused(tmp_path: Path) -> None:
    def welders_out(payload: dict[str, object]) -> None:
        issuer = payload["issuers"][0]  # type: ignore[index]
        issuer["scope"] = [entry for entry in issuer["scope"] if "CM:1204" not in entry.values()]

    outcome = Scene(tmp_path, world=World().revised("NationalList", "CM", welders_out)).ask()
    assert (outcome.verdict.state, outcome.verdict.conclusion) == ("outside_scope", "rejected")
    assert outcome.check("scope").code == "outside_issuer_scope"


def test_a_withdrawn_issuer_signs_nothing_more(scene: Scene) -> None:
    outcome = scene.ask(scene.card(replace(WELDER, issuer=2)))
    assert outcome.check("issuer").code == "issuer_not_authorised_at_issue"
    assert outcome.verdict.state == "outside_scope"


def test_what_it_signed_before_its_withdrawal_still_counts(scene: Scene) -> None:
    early = replace(WELDER, issuer=2, awarded_on=date(2025, 3, 1), signed_on=date(2025, 3, 2))
    outcome = scene.ask(scene.card(early))
    assert outcome.check("issuer").code == "issuer_withdrawn_after_issue_still_counts"
    assert outcome.check("issuer").result == "passed"


def test_no_agreement_for_the_mason_is_not_recognised_and_not_rejected(scene: Scene) -> None:
    outcome = scene.ask(scene.card(welder(trade=1503, occupation="7112")))
    assert (outcome.verdict.state, outcome.verdict.conclusion) == ("not_recognised_here", "not_recognised")
    assert outcome.document_line == "document.genuine"


def test_a_lower_level_is_recognised_with_conditions(scene: Scene) -> None:
    outcome = scene.ask(scene.card(welder(level=3)))
    assert outcome.verdict.state == "recognised_with_conditions"
    assert outcome.here_line == "here.conditions"


def test_another_trade_asked_is_not_recognised_and_the_document_stays_genuine(scene: Scene) -> None:
    outcome = scene.ask(trade="8113")
    assert outcome.check("recognition").code == "other_trade_asked"
    assert (outcome.verdict.state, outcome.document_line) == ("not_recognised_here", "document.genuine")
    assert outcome.here_line == "here.not"
    assert scene.state(trade="7212") == "recognised"


def test_prior_learning_where_the_article_excludes_it(scene: Scene) -> None:
    cabinetmaker = welder(trade=1402, occupation="7522", route=Route.PRIOR_LEARNING)
    assert scene.state(scene.card(cabinetmaker)) == "not_recognised_here"


def test_at_home_it_counts_as_a_national_certificate(scene: Scene) -> None:
    assert scene.state(country="CM") == "recognised"


def test_the_address_host_is_noted_and_decides_nothing(scene: Scene) -> None:
    strange = scene.ask(scene.card(address="https://verify.skil1s.example/"))
    known = scene.ask(scene.card(address=ADDRESS))
    assert strange.verdict == known.verdict
    assert strange.address_host is not None
    assert known.address_host is not None
    assert (strange.address_host.known, known.address_host.known) == (False, True)


def test_a_wallet_signed_with_another_issuers_key_is_not_genuine(scene: Scene) -> None:
    document = scene.wallet()
    document["proof"] = {**document["proof"], "verificationMethod": "did:web:skills.example:cm:2#k1"}
    assert scene.state(document) == "not_genuine"


def test_an_appended_context_is_refused(scene: Scene) -> None:
    for document in (scene.wallet(), scene.card_document()):
        document["@context"] = [*document["@context"], "https://evil.example/v1"]
        with pytest.raises(Malformed) as refused:
            scene.ask(document)
        assert refused.value.code == "member_unexpected"


def test_every_altered_digit_of_a_card_is_refused_or_not_genuine(scene: Scene) -> None:
    text = scene.card()
    start = text.index("#") + 1
    for position in range(start, len(text)):
        changed = text[:position] + str((int(text[position]) + 1) % 10) + text[position + 1 :]
        assert _refused_or(scene, changed) in {"refused", "not_genuine", "unknown_issuer"}


def test_every_altered_value_of_a_wallet_credential_is_refused_or_not_genuine(scene: Scene) -> None:
    text = json.dumps(scene.wallet(), ensure_ascii=False)
    for position in range(0, len(text), 3):
        character = text[position]
        if character in '{}[]":, ':
            continue
        changed = text[:position] + ("0" if character == "1" else "1") + text[position + 1 :]
        where = changed[max(position - 30, 0) : position + 30]
        # an altered name of the proof's kind is a proof we cannot check: no statement, and never a yes
        assert _refused_or(scene, changed) in {"refused", "not_genuine", "unknown_issuer", "cannot_tell"}, (
            where
        )


def _refused_or(scene: Scene, text: str) -> str:
    try:
        return scene.state(text)
    except Refusal:
        return "refused"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text_empty"),
        ("hello", "not_a_certes_code"),
        ("https://example.com/", "not_a_certes_code"),
        ("9" * 200, "card_cbor_invalid"),
        ("1" * 5000, "text_too_long"),
        ("{", "json_invalid"),
        ('{"issuer": "did:web:elsewhere.example:cm:1"}', "credential_profile_unknown"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_code(scene: Scene, text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_text(text, network=scene.desk.network)
    assert refused.value.code == code


def test_arabic_digits_are_no_card() -> None:
    assert not looks_like_card("٣" * 300)
