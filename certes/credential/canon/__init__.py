"""Canonical bytes of a document, by either road: JSON (`jcs`) or RDF (`jsonld` and `rdfc`).

Both refuse what they would not sign exactly: no member of a document is ever left outside its signature.
"""
