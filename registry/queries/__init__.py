"""What the pages show, taken from the verified view: every text is chosen here in the reader's language."""

from registry.queries.agreements import find_agreement
from registry.queries.issuers import find_issuer
from registry.queries.log import log_page
from registry.queries.members import find_member
from registry.queries.overview import overview

__all__ = ["find_agreement", "find_issuer", "find_member", "log_page", "overview"]
