"""Who joins, who renews, and who does not."""

from __future__ import annotations

from dataclasses import replace as exchange
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from device_drivers.wire.codec import encode
from device_drivers.wire.enrolment import Claim, Papers, Renewal
from device_drivers.wire.signing import is_signed_by, public_hex, sign
from gateway.enrolment.requests import request
from ingest.door.accept import Accepted, accept
from ingest.enrolment import codes, joining
from ingest.enrolment.authority import LIFE
from ingest.enrolment.joining import Office, RefusedError
from ingest.fleet import registry
from ingest.lineage.revocations import Revoked
from ingest.store.steps import Deed
from tests.ingest.making import NOON, Gateway
from tests.ingest.store.tables import Tables

STEWARD = Deed("steward", "a new box", NOON)
HOME = UUID(int=5)
DAY = timedelta(days=1)


def code_of(tables: Tables, *slots: codes.Slot, home: UUID = HOME) -> str:
    return codes.make(tables.connection, home, slots, STEWARD)


def claim(
    tables: Tables,
    office: Office,
    code: str,
    box: Gateway,
    *,
    now: datetime = NOON,
    revoked: Revoked | None = None,
) -> Papers:
    said = Claim(code, request(box.gateway, box.key))
    return joining.claim(tables.connection, said, office, revoked or Revoked(), now)


def joined(tables: Tables, office: Office, *, home: UUID = HOME) -> Gateway:
    box = Gateway(gateway=uuid4(), home=home)
    claim(tables, office, code_of(tables, home=home), box)
    return box


def renewal(box: Gateway, key: Ed25519PrivateKey) -> Renewal:
    return sign(Renewal(box.gateway, request(box.gateway, key), ""), box.key)


def keys_of(tables: Tables, box: Gateway) -> list[tuple[str, int]]:
    enrolled = registry.fleet(tables.connection, only=box.gateway)[box.gateway]
    return [(key.public, key.claim) for key in enrolled.keys]


def test_whoever_has_the_code_joins_its_home(tables: Tables, office: Office) -> None:
    box = Gateway()
    papers = claim(tables, office, code_of(tables), box)
    assert (papers.gateway, papers.home, papers.mqtt) == (box.gateway, HOME, "mqtts://broker")
    enrolled = registry.fleet(tables.connection)[box.gateway]
    assert (enrolled.home, [key.public for key in enrolled.keys]) == (HOME, [box.public])


def test_the_certificate_is_for_that_key_and_name_and_from_that_authority(
    tables: Tables, office: Office
) -> None:
    box = Gateway()
    papers = claim(tables, office, code_of(tables), box)
    certificate = x509.load_der_x509_certificate(bytes.fromhex(papers.certificate))
    certificate.verify_directly_issued_by(office.authority.certificate)
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert (name.value, certificate.not_valid_after_utc) == (str(box.gateway), NOON + LIFE)
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_the_answer_is_signed_by_a_key_that_the_root_signed(tables: Tables, office: Office) -> None:
    papers = claim(tables, office, code_of(tables), Gateway())
    (public,) = [key.public for key in papers.kids.keys if key.kid == papers.kid]
    assert is_signed_by(papers, papers.sig, public)
    assert is_signed_by(papers.kids, papers.kids.sig, office.keyring.root_public)


def test_the_slots_that_the_code_names_are_bound_from_then_on(tables: Tables, office: Office) -> None:
    resident = uuid4()
    claim(tables, office, code_of(tables, codes.Slot("SN-1", 1, resident)), Gateway())
    assert tables.all("select home, meter, slot, resident, since from ingest.meter_binding") == [
        (HOME, "SN-1", 1, resident, NOON)
    ]


def test_a_lost_answer_is_given_again_to_the_same_key(tables: Tables, office: Office) -> None:
    box, code = Gateway(), code_of(tables)
    claim(tables, office, code, box)
    claim(tables, office, code, box, now=NOON + DAY)
    assert keys_of(tables, box) == [(box.public, 1)]


def test_a_code_lets_in_one_key(tables: Tables, office: Office) -> None:
    code = code_of(tables)
    claim(tables, office, code, Gateway())
    with pytest.raises(RefusedError, match="was used"):
        claim(tables, office, code, Gateway(gateway=uuid4(), key=Ed25519PrivateKey.generate()))


def test_a_code_that_nobody_made_opens_nothing(tables: Tables, office: Office) -> None:
    with pytest.raises(RefusedError, match="not known"):
        claim(tables, office, "0" * 16, Gateway())


def test_a_code_has_its_time(tables: Tables, office: Office) -> None:
    with pytest.raises(RefusedError, match="time is over"):
        claim(tables, office, code_of(tables), Gateway(), now=NOON + codes.LIFE)


def test_a_code_that_was_withdrawn_opens_nothing(tables: Tables, office: Office) -> None:
    code = code_of(tables)
    assert codes.withdraw(tables.connection, HOME, now=NOON + DAY) == 1
    with pytest.raises(RefusedError, match="time is over"):
        claim(tables, office, code, Gateway(), now=NOON + DAY)


def test_no_code_stands_in_the_database(tables: Tables, office: Office) -> None:
    code = code_of(tables)
    assert code.encode() not in str(tables.all("select * from ingest.claim_code")).encode()


def test_a_code_for_one_home_takes_no_gateway_out_of_another(tables: Tables, office: Office) -> None:
    """Or whoever installs a box could have the readings of any home."""
    box = joined(tables, office, home=uuid4())
    thief = exchange(box, key=Ed25519PrivateKey.generate())
    with pytest.raises(RefusedError, match="another home"):
        claim(tables, office, code_of(tables), thief)
    assert registry.fleet(tables.connection)[box.gateway].home == box.home


def test_a_gateway_that_was_revoked_may_move(tables: Tables, office: Office) -> None:
    box = joined(tables, office, home=uuid4())
    registry.revoke(tables.connection, box.gateway, now=NOON)
    again = exchange(box, key=Ed25519PrivateKey.generate())
    claim(tables, office, code_of(tables), again)
    assert registry.fleet(tables.connection)[box.gateway].home == HOME
    assert keys_of(tables, box) == [(again.public, 2), (box.public, 1)]


def test_a_revoked_key_does_not_join_again(tables: Tables, office: Office) -> None:
    box = joined(tables, office)
    registry.revoke(tables.connection, box.gateway, now=NOON)
    with pytest.raises(RefusedError, match="revoked"):
        claim(tables, office, code_of(tables), box)


def test_nor_one_that_only_the_file_remembers(tables: Tables, office: Office) -> None:
    box = Gateway()
    with pytest.raises(RefusedError, match="revoked"):
        claim(tables, office, code_of(tables), box, revoked=Revoked({box.public: NOON}))


def rsa_or_foreign(name: str, key: ec.EllipticCurvePrivateKey) -> str:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    csr = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    return csr.public_bytes(Encoding.DER).hex()


def broken(box: Gateway) -> str:
    good = request(box.gateway, box.key)
    return good[:-2] + ("00" if good[-2:] != "00" else "01")


BOX = Gateway()
HOSTILE = {
    "no certificate request": "00",
    "not an Ed25519 key": rsa_or_foreign(str(BOX.gateway), ec.generate_private_key(ec.SECP256R1())),
    "not signed by its own key": broken(BOX),
}


@pytest.mark.parametrize("why", HOSTILE)
def test_a_request_that_no_gateway_makes_is_refused(tables: Tables, office: Office, why: str) -> None:
    said = Claim(code_of(tables), HOSTILE[why])
    with pytest.raises(RefusedError, match=why):
        joining.claim(tables.connection, said, office, Revoked(), NOON)


def test_a_renewal_puts_the_next_key_beside_the_old_one(tables: Tables, office: Office) -> None:
    box, key = joined(tables, office), Ed25519PrivateKey.generate()
    papers = joining.renew(tables.connection, renewal(box, key), office, Revoked(), NOON + DAY)
    assert papers.not_after == NOON + DAY + LIFE
    assert keys_of(tables, box) == [(public_hex(key), 1), (box.public, 1)]


def test_what_the_old_key_sealed_is_still_taken(tables: Tables, office: Office) -> None:
    box = joined(tables, office)
    backlog = box.seal()
    joining.renew(tables.connection, renewal(box, Ed25519PrivateKey.generate()), office, Revoked(), NOON)
    judged = accept(encode(backlog), box.gateway, registry.fleet(tables.connection))
    assert isinstance(judged, Accepted)


def test_a_revoked_gateway_does_not_renew(tables: Tables, office: Office) -> None:
    box = joined(tables, office)
    registry.revoke(tables.connection, box.gateway, now=NOON)
    with pytest.raises(RefusedError, match="claim this gateway again"):
        joining.renew(tables.connection, renewal(box, Ed25519PrivateKey.generate()), office, Revoked(), NOON)


def test_nor_does_one_that_only_the_file_remembers(tables: Tables, office: Office) -> None:
    box, revoked = joined(tables, office), Revoked()
    revoked = Revoked({box.public: NOON})
    with pytest.raises(RefusedError, match="claim this gateway again"):
        joining.renew(tables.connection, renewal(box, Ed25519PrivateKey.generate()), office, revoked, NOON)


def test_nobody_renews_for_another(tables: Tables, office: Office) -> None:
    box, other = joined(tables, office), joined(tables, office)
    forged = sign(Renewal(other.gateway, request(other.gateway, box.key), ""), box.key)
    with pytest.raises(RefusedError, match="claim this gateway again"):
        joining.renew(tables.connection, forged, office, Revoked(), NOON)


def test_a_renewal_takes_no_key_of_another_gateway(tables: Tables, office: Office) -> None:
    box, other = joined(tables, office), joined(tables, office)
    with pytest.raises(RefusedError, match="another gateway's"):
        joining.renew(tables.connection, renewal(box, other.key), office, Revoked(), NOON)


def test_a_revocation_reaches_the_certificate_that_was_issued(tables: Tables, office: Office) -> None:
    box = joined(tables, office)
    registry.revoke(tables.connection, box.gateway, now=NOON)
    assert tables.one("select revoked_at from ingest.gateway_certificate") == NOON
