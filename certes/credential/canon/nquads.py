"""N-Quads: text to quads and quads to canonical lines. A quad is four strings, each term in canonical
N-Quads form.

The graph term is the empty string in the default graph. Blank nodes keep their `_:` prefix.
Source: RDF 1.1 N-Quads, section 3.1 (#sec-grammar-grammar); RDFC-1.0, section 5 (#canonical-quads).
"""

import re

from certes.credential.errors import Malformed

RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"

_ECHAR = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_NOT_XML_CHARACTERS = (0x7F, 0xFFFE, 0xFFFF)  # written as \uXXXX: DEL, and what XML 1.1 does not allow
ESCAPES: dict[int, str] = {
    **{code: f"\\u{code:04X}" for code in (*range(0x20), *_NOT_XML_CHARACTERS)},
    **{ord(char): "\\" + name for name, char in _ECHAR.items() if char != "'"},
}

_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_IRI = rf"<(?:[^\x00-\x20<>\"{{}}|^`\\]|{_UCHAR})*>"
_BLANK = r"_:[^\W.-](?:[\w.:·-]*[\w:·-])?"
_LITERAL = rf'"(?:[^"\\\n\r]|\\[tbnrf"\'\\]|{_UCHAR})*"(?:\^\^{_IRI}|@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*)?'
_STATEMENT = re.compile(
    rf"[ \t]*(?P<s>{_IRI}|{_BLANK})[ \t]*(?P<p>{_IRI})[ \t]*(?P<o>{_IRI}|{_BLANK}|{_LITERAL})[ \t]*"
    rf"(?:(?P<g>{_IRI}|{_BLANK})[ \t]*)?\.[ \t]*(?:#.*)?"
)
_EMPTY = re.compile(r"[ \t]*(?:#.*)?")
_ESCAPED = re.compile(rf"{_UCHAR}|\\.")


# Subject, predicate, object and graph, each a canonical N-Quads term. A bare tuple: documents have hundreds.
Quad = tuple[str, str, str, str]


def _unescape(match: re.Match[str]) -> str:
    text = match[0]
    if text[1] not in "uU":
        return _ECHAR[text[1]]
    code = int(text[2:], 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise Malformed("nquads_invalid")
    return chr(code)


def escape(text: str) -> str:
    """The canonical escapes of a literal's characters."""
    return text.translate(ESCAPES)


def _canonical_term(text: str) -> str:
    if text[0] == "<":
        return _ESCAPED.sub(_unescape, text)
    if text[0] != '"':
        return text
    end = text.rindex('"')
    lexical = escape(_ESCAPED.sub(_unescape, text[1:end]))
    suffix = _ESCAPED.sub(_unescape, text[end + 1 :])
    return f'"{lexical}"' if suffix == f"^^<{XSD_STRING}>" else f'"{lexical}"{suffix}'


def parse(text: str) -> list[Quad]:
    """The quads of an N-Quads document, in its order. Raises Malformed `nquads_invalid` with the line
    number."""
    quads = []
    for number, line in enumerate(re.split(r"\r\n|[\r\n]", text), start=1):
        match = _STATEMENT.fullmatch(line)
        if match is not None:
            graph = match["g"]
            quads.append(
                (
                    _canonical_term(match["s"]),
                    _canonical_term(match["p"]),
                    _canonical_term(match["o"]),
                    _canonical_term(graph) if graph else "",
                )
            )
        elif _EMPTY.fullmatch(line) is None:
            raise Malformed("nquads_invalid", line=number)
    return quads
