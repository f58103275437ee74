"""An issuer of Cameroon with three bodies, a registry it talks to, and no network: what its tests share."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from fastapi.testclient import TestClient

from certes.credential.identifiers import Network, issuer_did, key_id
from certes.credential.keys import Ed25519Signer
from certes.runtime.database import Database, migrate, open_database
from certes.runtime.fetch import Fetcher, Hosts
from certes.trust.bundle import build_bundle
from certes.trust.national_list import parse_national_list
from certes.trust.records import NationalList, RegistryView
from certes.trust.signing import sign_object
from certes.trust.translog.checkpoints import TreeHead, sign_checkpoint
from certes.trust.translog.cosignatures import cosign
from certes.trust.translog.entries import entry_of
from certes.trust.translog.notes import KeyUse, NoteSigner
from certes.trust.translog.ranges import CompactRange
from issuer.accreditation import Office
from issuer.app import build_app
from issuer.callers import create_api_key
from issuer.examples import OIL
from issuer.issuance import Desk
from issuer.order import Order
from issuer.request import read_certification
from issuer.settings import Settings
from issuer.store import Store
from issuer.store_sql import SqlStore

NETWORK = Network(0, "skills.example")
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
OFFICE = Office(NETWORK, "CM", 1, 1, "fr")
SIGNER = Ed25519Signer(bytes(range(32)), key_id(NETWORK, "CM", 1, 1))
MEMBER, LOG = Ed25519Signer(bytes([7]) * 32, "#member"), Ed25519Signer(bytes([8]) * 32, "#log")
ORIGIN = f"{NETWORK.domain}/log"
WITNESS = NoteSigner(
    "witness.skills.example/cm", KeyUse.COSIGNATURE, Ed25519Signer(bytes([9]) * 32, "#witness")
)
CARD_ADDRESS = "https://verify.skills.example/"
REGISTRY_URL = "https://registry.skills.example"
TRADES = {
    1204: ("7212", "Soudeur"),
    2101: ("7542", "Boutefeu"),
    3105: ("6122", "Éleveur"),
    4102: ("8172", "Scieur"),
}
GRANTED = [{"status": "granted", "from": "2024-01-01", "ref": "arrêté 7 (illustration)"}]
CANARY = "KANARI ZOBOLANGA Ésaïe"


def scope(code: int, **more: Any) -> dict[str, Any]:
    """One trade at levels 3 to 5."""
    return {
        "trade": f"CM:{code}",
        "occupation": f"isco08:{TRADES[code][0]}",
        "levels": [f"CM-{level}" for level in (3, 4, 5)],
        "kinds": ["full", "units"],
        "rpl": True,
        "validFrom": "2024-01-01",
        "validUntil": None,
    } | more


def body(code: str, *scopes: dict[str, Any], history: Any = None) -> dict[str, Any]:
    """A certification body."""
    return {
        "code": code,
        "name": {"fr": f"Jury {code}"},
        "scope": list(scopes),
        "history": history or GRANTED,
    }


def national_payload(**issuer: Any) -> dict[str, Any]:
    """Cameroon's list: bodies CFM (all trades), CFA (welders of level 3, by training), OLD (withdrawn)."""
    bodies = [
        body("CFM", *(scope(code) for code in TRADES)),
        body("CFA", scope(1204, levels=["CM-3"], kinds=["full"], rpl=False)),
        body("OLD", scope(1204), history=[{"status": "withdrawn", "from": "2025-01-01"}]),
    ]
    key = {
        "kid": "k1",
        "publicKeyMultibase": SIGNER.public_key.multikey,
        "notBefore": "2024-01-01",
        "notAfter": "2030-12-31",
    }
    only = {
        "number": 1,
        "did": issuer_did(NETWORK, "CM", 1),
        "shortCode": "CM-1",
        "name": {"fr": "Ministère de la Formation professionnelle (illustration)"},
        "keys": [key],
        "scope": [scope(code) for code in TRADES],
        "history": GRANTED,
        "bodies": bodies,
    }
    return {
        "country": "CM",
        "authorities": [],
        "issuers": [only | issuer],
        "centres": [{"number": 1, "name": "Centre de Douala"}, {"number": 2, "name": "Centre de Bafoussam"}],
        "trades": [trade(code) for code in TRADES],
        "levels": {
            "framework": "CM-illustratif",
            "status": "illustrative",
            "rungs": [{"level": level, "label": f"Niveau {level}", "acqf": level} for level in range(1, 6)],
        },
    }


def trade(code: int) -> dict[str, Any]:
    """A trade of the list, with four units."""
    occupation, title = TRADES[code]
    return {
        "code": code,
        "version": 1,
        "occupation": occupation,
        "labels": {"fr": {"masculine": title, "feminine": title.replace("Soudeur", "Soudeuse")}},
        "units": [{"unit": unit, "label": f"Unité {unit}"} for unit in (1, 2, 3, 4)],
    }


def national_list(**issuer: Any) -> NationalList:
    """The same as a record."""
    return parse_national_list(national_payload(**issuer), network=NETWORK, version=1)


def registry_view(**issuer: Any) -> RegistryView:
    """What a trust bundle with this list would say."""
    return RegistryView(NOW.date(), {}, {"CM": national_list(**issuer)}, ())


def order(**members: Any) -> Order:
    """The order of the oil example, with other members."""
    return read_certification(OIL | members)


def desk(store: Store, view: RegistryView | None = None) -> Desk:
    """An issuer's desk over a store."""
    held = registry_view() if view is None else view
    return Desk(OFFICE, SIGNER, store, lambda: held, CARD_ADDRESS)


@dataclass
class Registry:
    """The registry as the issuer sees it: a bundle, the lists it got, and a cable that can be pulled."""

    bundle: bytes | None
    cut: bool = False
    lists: dict[str, bytes] = field(default_factory=dict)
    refuse_with: int | None = None

    def push(self, url: str, document: bytes) -> int:
        """What a Press needs."""
        address = url.replace("https://skills.example", REGISTRY_URL)
        return Fetcher(HOSTS, transport=self.transport()).put(
            address, document, content_type="application/vc"
        )

    def transport(self) -> httpx.MockTransport:
        """For a Fetcher."""
        return httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if self.cut:
            raise httpx.ConnectError("cut")
        if request.method == "GET" and request.url.path == "/v1/bundle" and self.bundle is not None:
            return _answered(200, self.bundle)
        if request.method == "PUT":
            if self.refuse_with is not None:
                return _answered(self.refuse_with)
            self.lists[request.url.path] = request.content
            return _answered(201)
        return _answered(404)


def _answered(status: int, content: bytes = b"") -> httpx.Response:
    """An answer whose body is still to be read, as from a network."""
    return httpx.Response(status, stream=httpx.ByteStream(content))


HOSTS = Hosts(frozenset({"registry.skills.example"}))


def charter_and_bundle(**issuer: Any) -> tuple[str, bytes]:
    """The pinned charter's id, and a bundle of it with Cameroon's list."""
    charter = sign_object(
        "Charter",
        country=None,
        version=1,
        payload={
            "network": {"number": NETWORK.number, "domain": NETWORK.domain},
            "members": [{"country": "CM", "keys": [MEMBER.public_key.multikey], "threshold": 1}],
            "logKeys": [LOG.public_key.multikey],
            "witnesses": [{"name": WITNESS.name, "key": WITNESS.key.key.multikey, "country": "CM"}],
            "quorum": 1,
            "noticeDays": 14,
            "expiresOn": "2036-01-01",
        },
        signers=[MEMBER],
    )
    national = sign_object(
        "NationalList", country="CM", version=1, payload=national_payload(**issuer), signers=[MEMBER]
    )
    objects = [charter, national]
    logged = NOW - timedelta(days=30)
    entries = [entry_of(found, subject=found.country or "", time=logged) for found in objects]
    head = TreeHead(ORIGIN, len(entries), CompactRange().extend(entry.leaf for entry in entries).root)
    note = sign_checkpoint(head, NoteSigner(ORIGIN, KeyUse.NOTE, LOG)).note
    time = int((NOW - timedelta(minutes=5)).timestamp())
    note = note.with_signatures([cosign(note.text, signer=WITNESS, time=time)])
    return charter.object_id, build_bundle(objects=objects, entries=entries, checkpoint=note.encode())


def settings(folder: Path, charter_id: str, **more: Any) -> Settings:
    """The operator's settings, everything under a folder."""
    members: dict[str, Any] = {
        "network": NETWORK,
        "charter_id": charter_id,
        "registry_url": REGISTRY_URL,
        "data_dir": folder,
        "database_url": f"sqlite:///{folder}/issuer.sqlite",
        "country": "CM",
        "issuer_number": 1,
        "signing_key": 1,
        "key_file": folder / "keys.json",
        "key_passphrase": "passphrase",
        "card_address": CARD_ADDRESS,
    }
    return Settings(**(members | more))


@dataclass
class Running:
    """A service in this process, with a key for each body."""

    client: TestClient
    registry: Registry
    database: Database
    store: Store
    keys: dict[str, str]
    clock: list[datetime]

    def headers(self, code: str = "CFM", **more: str) -> dict[str, str]:
        """What a body sends."""
        return {"Authorization": f"Bearer {self.keys[code]}", "Accept-Language": "en"} | more

    def certify(self, content: Any, code: str = "CFM") -> Any:
        """POST /v1/certifications."""
        return self.client.post("/v1/certifications", json=content, headers=self.headers(code))

    def post(self, path: str, content: Any, code: str = "CFM") -> Any:
        """POST something else."""
        return self.client.post(path, json=content, headers=self.headers(code))

    def get(self, path: str, code: str = "CFM") -> Any:
        """GET as a body."""
        return self.client.get(path, headers=self.headers(code))


@contextmanager
def running(
    folder: Path, *, database: Database | None = None, bundle: bool = True, **more: Any
) -> Iterator[Running]:
    """A service with its timers off: turns are taken by hand, through `client.app.state.service`."""
    charter_id, raw = charter_and_bundle()
    registry = Registry(raw if bundle else None)
    own = open_database(f"sqlite:///{folder}/issuer.sqlite") if database is None else database
    migrate(own, "issuer")
    store = SqlStore(own)
    keys = {
        code: create_api_key(code, label="tests", expires_at=None, store=store, now=NOW)[0]
        for code in ("CFM", "CFA", "OLD")
    }
    clock = [NOW]
    app = build_app(
        settings(folder, charter_id, **more),
        clock=lambda: clock[0],
        signer=SIGNER,
        database=own,
        fetcher=Fetcher(HOSTS, transport=registry.transport()),
        pusher=Fetcher(HOSTS, transport=registry.transport()),
    )
    if bundle:
        app.state.service.refresh_trust()
    client = TestClient(app, raise_server_exceptions=False)
    try:
        yield Running(client, registry, own, store, keys, clock)
    finally:
        app.state.service.close()
