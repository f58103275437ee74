"""Step 3: the routes by which a certificate may count, each examined by itself."""

from certes.trust.recognition.agreement_route import agreement_routes, onward_routes
from certes.trust.recognition.host_routes import national_route, own_decision_routes, unilateral_routes
from certes.trust.recognition.question import Question, Route


def examine_routes(question: Question) -> tuple[Route, ...]:
    """Every route that the texts open, in no particular order; none where no text covers the case."""
    if question.facts.country == question.host:
        return (national_route(question),)
    return (
        *agreement_routes(question),
        *unilateral_routes(question),
        *own_decision_routes(question),
        *onward_routes(question),
    )
