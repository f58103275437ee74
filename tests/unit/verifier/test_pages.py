"""What the verifier's pages say, without a browser."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from certes.credential.achievement import Certification, parse_birth_date
from certes.credential.presented import present
from certes.runtime.languages import LANGUAGES, catalogue
from certes.trust.host_texts import Texts
from tests.architecture.project import ROOT
from tests.journeys.rendered import ASKED, MEMBERS, PAGES, PROBLEM, TODAY, html_of
from tests.outcomes import outcome, outcomes
from tests.samples import NETWORK, TYPICAL
from verifier.pages import Asked, VerifierPages, carried_text
from verifier.result import DOCUMENT_LINES, HERE_LINES, PERSON_LINES, AddressHost, Outcome
from verifier.shown import MAX_SHORT_TEXT, TONES, short_text, show
from verifier.verdict import table
from verifier.wording import birth_words

STATES = sorted({row.verdict.state for row in table().rows})
FRENCH_TITLES = {
    "recognised": "Authentique et reconnu ici",
    "recognised_with_conditions": "Authentique, reconnu sous conditions",
    "not_recognised_here": "Authentique, mais non reconnu ici",
    "revoked": "Annulé par l’autorité",
    "suspended": "Suspendu",
    "replaced": "Remplacé",
    "not_genuine": "Non authentique",
    "expired": "Authentique, expiré",
    "not_yet_valid": "Pas encore valable",
    "unknown_issuer": "Vérification impossible. Ne vaut pas confirmation.",
    "issue_time_not_proven": "Vérification impossible. Ne vaut pas confirmation.",
    "cannot_tell": "Vérification impossible. Ne vaut pas confirmation.",
}
OUR_AREAS = ("layout", "verifier", "verdict")
MAX_PAGE_BYTES = 60_000


def verdict_html(one: Outcome, language: str = "fr", asked: Asked = ASKED) -> str:
    """A verdict's page."""
    return html_of(PAGES.verdict(one, asked, members=MEMBERS, today=TODAY, language=language))


def form_html(asked: Asked = ASKED, language: str = "fr", pages: VerifierPages = PAGES) -> str:
    """The form."""
    return html_of(pages.form(asked, members=MEMBERS, today=TODAY, language=language))


def named(name: str) -> Certification:
    """The typical certification of somebody else."""
    return replace(TYPICAL, person=replace(TYPICAL.person, name=name))


def test_the_examples_are_every_state_of_the_table() -> None:
    assert sorted(outcomes()) == STATES == sorted(TONES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_line_conclusion_check_and_code_has_words(language: str) -> None:
    states = [f"state.{state}{part}" for state in STATES for part in ("", ".meaning", ".next")]
    shorts = [f"short.{state}" for state in STATES]
    lines = [
        key + part
        for key in (*DOCUMENT_LINES, *PERSON_LINES, *HERE_LINES)
        for part in ("", ".reason", ".next")
    ]
    conclusions = [f"conclusion.{row.verdict.conclusion}" for row in table().rows]
    checks = [f"check.{name}" for name in table().checks]
    results = [codes for by_result in table().codes.values() for codes in by_result.values()]
    codes = [f"code.{code}" for some in results for code in some]
    wanted = {*states, *shorts, *lines, *conclusions, *checks, *codes}
    assert wanted - catalogue("verdict", language).keys() == set()


@pytest.mark.parametrize(("state", "title"), FRENCH_TITLES.items())
def test_the_french_titles_are_the_agreed_ones(state: str, title: str) -> None:
    assert show(outcomes()[state], "fr").title == title


def test_stale_names_the_day_up_to_which_the_answer_holds() -> None:
    title = show(outcomes()["stale"], "fr").title
    assert title == "Authentique au 24 novembre 2026\u202f; annulations postérieures non vérifiées"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_the_short_text_fits_one_message_whatever_the_name(state: str, language: str) -> None:
    one = outcomes()[state]
    long = replace(one.presented, certification=named("Marie-Josèphe Élisabeth Ngo Bassong Éyenga épouse X"))
    assert len(short_text(replace(one, presented=long), language)) <= MAX_SHORT_TEXT


@pytest.mark.parametrize("state", [state for state in STATES if not state.startswith("recognised")])
def test_green_stands_nowhere_under_a_verdict_that_is_not_green(state: str) -> None:
    shown = show(outcomes()[state], "fr")
    assert shown.tone not in ("yes", "conditions")
    assert {line.tone for line in shown.lines}.isdisjoint({"yes", "conditions"})


@pytest.mark.parametrize("state", STATES)
def test_a_page_that_shows_a_signed_name_says_to_compare_it(state: str) -> None:
    html = verdict_html(outcomes()[state])
    signed = state not in ("not_genuine", "unknown_issuer")
    assert ("Comparez avec le papier et avec une pièce d’identité." in html) == signed
    assert (TYPICAL.person.name in html) == (state != "not_genuine")


def test_what_an_unchecked_paper_says_is_called_a_claim() -> None:
    html = verdict_html(outcomes()["unknown_issuer"])
    assert "Ce que le papier indique (non vérifié)" in html
    assert "Ce que le certificat atteste" not in html
    assert "Cela ne prouve pas que le document est faux." in html


@pytest.mark.parametrize("state", STATES)
def test_every_verdict_shows_its_time_its_data_and_its_country(state: str) -> None:
    html = verdict_html(outcomes()[state])
    for words in (
        "Vérifié le 25 novembre 2026 à 08:07:12 (UTC)",
        "Registre de confiance du 24 novembre 2026",
    ):
        assert words in html
    assert "Pays de la question\xa0: Gabon" in html


def test_conditions_say_of_whom_to_ask_and_between_what_to_choose() -> None:
    one = outcomes()["recognised_with_conditions"]
    choice, test = show(one, "fr").conditions
    assert len(choice.choices) == 2
    authority = "Direction de la formation professionnelle (Gabon), dfp@ga.example"
    assert choice.ask == f"À demander à\xa0: {authority}"
    assert test.ask == "À demander à\xa0: ACFPE"
    unnamed = show(replace(one, texts=Texts()), "fr").conditions[0]
    assert unnamed.ask == "À demander à l’autorité compétente du pays d’accueil\xa0: Gabon"


def test_the_text_applied_is_named_with_its_article_and_its_page() -> None:
    page = "https://registry.skills.example/agreements/urn:agreement:illustration:ac5:2026?lang=fr"
    html = verdict_html(outcomes()["recognised"])
    assert html.count("Protocole de partenariat (illustration)") == 2  # under Why, and in the details
    assert "article A2" in html
    assert f'href="{page}"' in html
    shown = show(outcomes()["recognised"], "fr").basis
    assert shown is not None
    assert shown.link == ""  # without the registry's address there is no link


@pytest.mark.parametrize("state", STATES)
def test_where_to_appeal_stands_under_an_answer_of_this_country_alone(state: str) -> None:
    html = verdict_html(outcomes()[state])
    contested = state in ("not_recognised_here", "recognised_with_conditions")
    appeal = "Recours\xa0: Commission paritaire de recours. Délai pour le déposer, en jours\xa0: 60."
    assert (appeal in html) == contested
    assert ("Autorité du pays d’accueil\xa0: Direction de la formation professionnelle" in html) == contested


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_says_so_in_the_footer_and_a_reviewed_wording_does_not(language: str) -> None:
    sentence = catalogue("layout", language)["footer.draft"]
    for html in (form_html(language=language), verdict_html(outcomes()["recognised"], language)):
        assert (sentence in html) == (language in ("pt", "es", "ar"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_bracket_stands_within_brackets(language: str) -> None:
    skill = replace(TYPICAL.achievement, country="CG")
    congo = replace(TYPICAL, achievement=skill)
    shown = show(outcome({}, outcomes()["recognised"].decision, certification=congo), language)
    assert shown.facts is not None
    said = [shown.facts.level, *(value for _, value, _ in (*shown.facts.person, *shown.facts.issue))]
    assert [text for text in said if re.search(r"\([^)]*\(", text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_a_message_of_a_demonstration_says_so_and_still_fits(state: str, language: str) -> None:
    one = outcomes()[state]
    named_long = replace(one.presented, certification=named("MBARGA " * 9 + "Marie"))
    text = short_text(replace(one, presented=named_long), language, development=True)
    assert text.startswith(catalogue("verdict", language)["short.mark"])
    assert len(text) <= MAX_SHORT_TEXT


def test_a_condition_of_a_decision_that_is_not_conditional_is_not_shown() -> None:
    assert show(outcomes()["not_recognised_here"], "fr").conditions == ()


def test_the_reason_here_is_the_one_that_decides() -> None:
    *_, here = show(outcomes()["not_recognised_here"], "fr").lines
    assert here.reason.endswith("4 sur l’échelle africaine, 6 demandé.")


def test_another_trade_than_the_one_asked_for_is_the_reason_here() -> None:
    yes = outcomes()["recognised"].decision
    *_, here = show(outcome({"recognition": ("failed", "other_trade_asked")}, yes), "fr").lines
    assert here.reason == "Le certificat porte sur un autre métier que celui demandé."


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_a_page_leaves_no_parameter_unfilled(state: str, language: str) -> None:
    assert "…" not in verdict_html(outcomes()[state], language)


def test_a_name_is_text_and_never_markup() -> None:
    yes = outcomes()["recognised"].decision
    html = verdict_html(outcome({}, yes, certification=named("<script>alert(1)</script>")))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_a_host_that_no_verifier_has_is_named() -> None:
    yes = outcomes()["recognised"].decision
    strange = verdict_html(outcome({}, yes, host=AddressHost("verify-skills.example", known=False)))
    assert '<span class="address">verify-skills.example</span>' in strange
    known = verdict_html(outcome({}, yes, host=AddressHost("verify.skills.example", known=True)))
    assert "n’est pas celle d’un service connu" not in known


def test_a_page_that_a_camera_opened_says_what_its_address_bar_must_read() -> None:
    opened = replace(ASKED, opened=True)
    html = verdict_html(outcomes()["recognised"], asked=opened)
    assert '<span class="address">https://verify.skills.example</span>' in html
    assert "La barre d’adresse doit commencer" not in verdict_html(outcomes()["recognised"])


@pytest.mark.parametrize("host", [None, AddressHost("verify.skills.example", known=True)])
def test_the_text_a_page_carries_is_the_same_certificate(host: AddressHost | None) -> None:
    yes = outcomes()["recognised"].decision
    one = outcome({}, yes, host=host)
    again = present(carried_text(one), networks=(NETWORK,))
    assert again.certification == one.certification
    assert again.host == (host.host if host else None)


def test_a_document_that_is_not_genuine_is_not_asked_about_elsewhere() -> None:
    assert "Et dans un autre pays" not in verdict_html(outcomes()["not_genuine"])
    assert "Et dans un autre pays" in verdict_html(outcomes()["not_recognised_here"])


def test_a_problem_keeps_the_form_and_says_that_it_is_no_verdict() -> None:
    asked = Asked(country="CD", day=date(2026, 1, 2), trade="7212", text="12345")
    page = PAGES.form(asked, members=MEMBERS, today=TODAY, language="fr", problem=PROBLEM)
    html = html_of(page)
    assert page.status_code == 422
    assert str(PROBLEM["title"]) in html
    assert "Cela ne dit rien du certificat lui‑même." in html
    for kept in ('<option value="CD" selected>', '<option value="7212" selected>', "2026-01-02", ">12345<"):
        assert kept in html


def test_a_language_link_keeps_the_country_and_the_trade_but_no_certificate() -> None:
    html = form_html(Asked(country="CG", day=TODAY, trade="7212", text="99999"))
    assert 'href="?lang=ar&amp;country=CG&amp;trade=7212"' in html


def test_members_are_named_in_the_language_of_the_page() -> None:
    assert ">Congo (Brazzaville)</option>" in form_html()
    assert ">RD Congo</option>" in form_html()
    assert ">الكاميرون</option>" in form_html(language="ar")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_demonstration_says_so_on_every_page_and_production_does_not(language: str) -> None:
    sentence = catalogue("layout", language)["demo.title"]
    production = VerifierPages(address="https://verify.skills.example", development=False)
    assert sentence in form_html(language=language)
    assert sentence in verdict_html(outcomes()["recognised"], language)
    assert sentence not in form_html(language=language, pages=production)


@pytest.mark.parametrize("state", STATES)
def test_a_page_with_its_style_is_light(state: str) -> None:
    style = (ROOT / "web" / "style" / "certes.css").stat().st_size
    scripts = sum(path.stat().st_size for path in (ROOT / "web").glob("*.js"))
    assert len(verdict_html(outcomes()[state], "ar").encode()) + style + scripts < MAX_PAGE_BYTES


@pytest.mark.parametrize(
    ("edtf", "french", "english"),
    [
        ("1985-04-12", "le 12 avril 1985", "12 April 1985"),
        ("1985-04-01", "le 1er avril 1985", "1 April 1985"),
        ("1985-04", "en avril 1985", "April 1985"),
        ("1985", "en 1985", "1985"),
        ("1985~", "vers 1985", "about 1985"),
        ("1985-04~", "vers avril 1985", "about April 1985"),
    ],
)
def test_a_birth_date_is_never_more_exact_than_the_document(edtf: str, french: str, english: str) -> None:
    birth = parse_birth_date(edtf)
    assert (birth_words(birth, "fr"), birth_words(birth, "en")) == (french, english)


@pytest.mark.parametrize("area", OUR_AREAS)
def test_french_punctuation_never_starts_a_line(area: str) -> None:
    broken = re.compile(r"(?<=\S) [?!;:»]|« |\S[?!;](?!\S)(?<![\u202f\u00a0][?!;])|'")
    wrong = {code: text for code, text in catalogue(area, "fr").items() if broken.search(text)}
    assert wrong == {}


@pytest.mark.parametrize("area", OUR_AREAS)
def test_french_says_cancelled_and_never_collected(area: str) -> None:
    wrong = [code for code, text in catalogue(area, "fr").items() if re.search(r"\bretirée?s?\b", text, re.I)]
    assert wrong == []


@pytest.mark.parametrize("area", ["verdict", "verifier", "layout"])
@pytest.mark.parametrize(
    ("language", "other_verb"),
    [
        ("en", r"cancel|annul|revok"),
        ("pt", r"anula|revoga"),
        ("es", r"anula|revoca"),
        ("ar", "ألغ|إلغ|ملغ"),
    ],
)
def test_a_language_has_one_verb_for_a_withdrawn_certificate(
    area: str, language: str, other_verb: str
) -> None:
    words = catalogue(area, language)
    assert [code for code, text in words.items() if re.search(other_verb, text, re.I)] == []


def test_templates_hold_no_sentence_of_their_own() -> None:
    folder = ROOT / "verifier" / "templates"
    words = {path.name: words_outside_tags(path) for path in sorted(folder.glob("*.html"))}
    assert {name: found for name, found in words.items() if found} == {}


def words_outside_tags(path: Path) -> list[str]:
    """Words a person would read that do not come from the catalogues."""
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", path.read_text(encoding="utf-8"), flags=re.S)
    return re.findall(r"\b[^\W\d_]{3,}\b", re.sub(r"<[^>]*>", " ", text))


@pytest.mark.parametrize("area", ["reasons", "conditions", "problems"])
def test_french_of_every_area_is_spaced_as_it_is_read(area: str) -> None:
    wrong = [code for code, text in catalogue(area, "fr").items() if re.search(r"(?<=\S) [?!;:»]|« ", text)]
    assert wrong == []
