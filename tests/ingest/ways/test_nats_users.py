"""The list of who may touch what on a NATS cluster. That servers heed it is tried in test_cluster."""

from __future__ import annotations

from uuid import UUID

from ingest.ways.nats_users import users

GATEWAY = UUID("5b1d0c6e-4c1f-4a53-9a54-0f6f2f1d7c01")


def test_a_gateway_writes_what_goes_up_and_reads_what_comes_down_in_its_own_name_alone() -> None:
    (line,) = (line for line in users([GATEWAY]) if str(GATEWAY) in line)

    assert line.strip() == (
        f'{{ user: "CN={GATEWAY}", permissions: {{ publish: ["hl.v1.{GATEWAY}.up", "hl.v1.{GATEWAY}.state"],'
        f' subscribe: ["hl.v1.{GATEWAY}.receipt", "hl.v1.{GATEWAY}.lineage", "hl.v1.{GATEWAY}.config",'
        f' "hl.v1.{GATEWAY}.command", "$MQTT.sub.>"] }} }}'
    )


def test_ingest_has_the_other_ends_of_all() -> None:
    line = list(users([], ingest="cloud"))[1]

    assert '"CN=cloud"' in line
    assert 'publish: ["hl.v1.*.receipt", "hl.v1.*.lineage", "hl.v1.*.config", "hl.v1.*.command"]' in line
    assert 'subscribe: ["hl.v1.*.up", "hl.v1.*.state"]' in line
