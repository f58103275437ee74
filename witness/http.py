"""The witness over HTTP: `add-checkpoint` of C2SP tlog-witness, and the newest checkpoint for monitors."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from certes.credential.errors import BadSignature, Malformed, Refusal
from certes.credential.parsing import format_instant
from certes.runtime.problems import answer, language_of, problem
from certes.trust.translog.submission import SIZE_MEDIA_TYPE, encode_size
from witness.desk import Stale, Witness

TEXT = "text/plain; charset=utf-8"
UNPROCESSABLE = frozenset({"consistency_proof_invalid"})  # all else that is malformed is a bad request


async def _raw_body(request: Request) -> bytes:
    return await request.body()


RawBody = Annotated[bytes, Depends(_raw_body)]


def witness_routes(witness: Witness) -> APIRouter:
    """The addresses of one witness, under its prefix."""
    router = APIRouter()

    @router.post("/add-checkpoint")
    def add_checkpoint(request: Request, body: RawBody) -> Response:
        """Vouch for a checkpoint: 200 with a signature line, 409 with the size that is held, and more."""
        try:
            line = witness.add_checkpoint(body).line
        except Stale as stale:
            # Set as a header: a media type of text would get a charset, and clients compare it whole.
            headers = {"Content-Type": SIZE_MEDIA_TYPE}
            return Response(encode_size(stale.size), status_code=409, headers=headers)
        except Malformed as refusal:
            return answer(problem(refusal, language=language_of(request), status=_status_of(refusal)))
        return Response(line, media_type=TEXT)

    @router.get("/{origin_digest}/checkpoint")
    def get_checkpoint(origin_digest: str) -> Response:
        """The newest checkpoint that this witness vouched for, by the SHA-256 of the log's origin."""
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache"}
        return Response(witness.newest(origin_digest), media_type=TEXT, headers=headers)

    return router


def _status_of(refusal: Refusal) -> int:
    if isinstance(refusal, BadSignature):
        return 403
    return 422 if refusal.code in UNPROCESSABLE else 400


def health_routes(witnesses: tuple[Witness, ...]) -> APIRouter:
    """`GET /healthz`."""
    router = APIRouter()

    @router.get("/healthz")
    def health() -> dict[str, Any]:
        """Ready when the database answers. What each name vouched for; `lied` counts proofs against a log."""
        return {"status": "ok", "witnesses": [_state(each) for each in witnesses]}

    return router


def _state(witness: Witness) -> dict[str, Any]:
    logs = []
    for origin in witness.logs:
        held = witness.store.latest(witness.name, origin)
        lied = len(witness.store.forks(witness.name, origin))
        size, signed_at = (0, None) if held is None else (held.size, format_instant(held.signed_at))
        logs.append({"origin": origin, "size": size, "signed_at": signed_at, "lied": lied})
    return {"name": witness.name, "key": witness.signer.key.vkey, "logs": logs}
