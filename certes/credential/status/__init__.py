"""Status lists: is a certificate revoked, suspended or replaced? Encode, decode within bounds, read one
entry."""

from certes.credential.status.listing import StatusList, list_document, read_list

__all__ = ["StatusList", "list_document", "read_list"]
