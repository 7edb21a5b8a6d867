"""A claim and a renewal, in one transaction each: keys, certificate, home and slots. Speaks no HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from psycopg import Connection

from device_drivers.wire.enrolment import Claim, Papers, Renewal
from device_drivers.wire.signing import is_signed_by, sign
from ingest.door.attribution import Binding
from ingest.door.enrolled import Enrolled, Fleet, GatewayKey
from ingest.enrolment import codes
from ingest.enrolment.authority import Authority
from ingest.enrolment.request import Request, RequestError, read_request
from ingest.fleet import registry
from ingest.keys import Keyring
from ingest.lineage.revocations import Revoked, without


class RefusedError(Exception):
    """Nobody joins by this. `why` is for whoever stands before the box, `code` a word for the log."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code
        self.why = why


@dataclass(frozen=True, slots=True)
class Office:
    """Who signs what, and where gateways are sent to."""

    authority: Authority
    keyring: Keyring
    mqtt: str | None
    https: str | None

    def papers(self, request: Request, home: UUID, certificate: x509.Certificate) -> Papers:
        draft = Papers(
            kid=self.keyring.kid,
            gateway=request.gateway,
            home=home,
            certificate=certificate.public_bytes(Encoding.DER).hex(),
            authority=self.authority.certificate.public_bytes(Encoding.DER).hex(),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            root=self.keyring.root_public,
            kids=self.keyring.key_set,
            mqtt=self.mqtt,
            https=self.https,
            sig="",
        )
        return sign(draft, self.keyring.signing)


def claim(connection: Connection, said: Claim, office: Office, revoked: Revoked, now: datetime) -> Papers:
    """Let in whoever has the code: his key becomes the gateway's, home and slots as the code says. The
    same key may come again while the code lives: its answer may have been lost. Raises RefusedError."""
    request = _read(said.csr)
    with connection.transaction():
        held = codes.take(connection, said.code)
        if held is None or held.expires_at <= now:
            raise RefusedError("no_code", "this code is not known, or its time is over: ask for another")
        if held.used_by not in {None, request.public}:
            raise RefusedError("used_code", "this code was used: ask for another")
        _check_place(registry.fleet(connection, only=request.gateway), request, held.home, revoked)
        _enrol(connection, request, held, now)
        codes.use(connection, said.code, request.gateway, public=request.public, now=now)
        return _certify(connection, request, held.home, office, now)


def renew(connection: Connection, said: Renewal, office: Office, revoked: Revoked, now: datetime) -> Papers:
    """The next key and certificate for whoever signs with one in force; the old key stays good for what it
    sealed. Raises RefusedError."""
    request = _read(said.csr)
    with connection.transaction():
        fleet = without(registry.fleet(connection, only=said.gateway), revoked)
        enrolled = fleet.get(said.gateway)
        signer = None if enrolled is None else _signer(said, enrolled)
        if enrolled is None or signer is None or request.gateway != said.gateway:
            raise RefusedError("no_key", "no key in force signed this: claim this gateway again")
        try:
            registry.add_key(connection, said.gateway, public=request.public, claim=signer.claim, now=now)
        except registry.RegistryError as error:
            raise RefusedError("conflict", str(error)) from error
        return _certify(connection, request, enrolled.home, office, now)


def _read(csr: str) -> Request:
    try:
        return read_request(bytes.fromhex(csr))
    except RequestError as error:
        raise RefusedError("bad_request", str(error)) from error


def _check_place(fleet: Fleet, request: Request, home: UUID, revoked: Revoked) -> None:
    """A code for one home must not carry a box, and what it will say, out of another."""
    if request.public in revoked.keys:
        raise RefusedError("revoked_key", "this key was revoked: make another")
    enrolled = without(fleet, revoked).get(request.gateway)
    if enrolled is None or enrolled.home == home:
        return
    if any(not key.revoked for key in enrolled.keys):
        raise RefusedError("other_home", "this gateway stands in another home: revoke it there first")


def _enrol(connection: Connection, request: Request, held: codes.Held, now: datetime) -> None:
    try:
        registry.enrol(connection, request.gateway, public=request.public, home=held.home, now=now)
        for one in held.slots:
            binding = Binding(one.slot, one.resident, now)  # what the meter kept of others stays theirs
            registry.bind(connection, home=held.home, meter=one.meter, binding=binding, now=now)
    except registry.RegistryError as error:
        raise RefusedError("conflict", str(error)) from error


def _certify(connection: Connection, request: Request, home: UUID, office: Office, now: datetime) -> Papers:
    certificate = office.authority.issue(request.gateway, request.key, now)
    registry.certify(
        connection,
        request.gateway,
        certificate.public_bytes(Encoding.DER),
        issued_at=now,
        expires_at=certificate.not_valid_after_utc,
    )
    return office.papers(request, home, certificate)


def _signer(said: Renewal, enrolled: Enrolled) -> GatewayKey | None:
    in_force = (key for key in enrolled.keys if not key.revoked)
    return next((key for key in in_force if is_signed_by(said, said.sig, key.public)), None)
