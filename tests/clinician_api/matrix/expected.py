"""Who may ask what: one line for each route. A route without a line here fails the build.

To add a route, add its line: who may come in at all, and whether it is `about` one resident (then whoever
comes in and has no sight of that resident must be told that there is no such thing). What a page or a list
may hold is not said here: of a resident out of sight nothing may stand in any answer, whatever the route.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from clinician_api.access.rules import Role

ALL: Final[frozenset[Role]] = frozenset(get_args(Role))
RESIDENT: Final[frozenset[Role]] = frozenset({"resident"})
CLINICAL: Final[frozenset[Role]] = frozenset(
    {
        "doctor",
        "nurse",
        "leader",
        "public_health",
        "pharmacist",
        "village_doctor",
        "specialist",
        "supervisor",
        "duty",
    }
)
STEWARD: Final[frozenset[Role]] = frozenset({"steward"})
ADMINISTRATOR: Final[frozenset[Role]] = frozenset({"administrator"})
AUDITOR: Final[frozenset[Role]] = frozenset({"auditor"})

About = Literal["nobody", "resident", "file"]
"""`file`: for whoever has the contract, and not for a desk or a stranger who helps at a moment."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`roles` None: whoever comes, logged in or not. `acting`: who of those in sight may also do it, where it
    is said that early. `is_within`: which of the roles may is said inside, by what the thing asked for is.
    `is_asked` False: it has no end, or ends the login."""

    roles: frozenset[Role] | None
    about: About = "nobody"
    acting: frozenset[Role] | None = None
    is_within: bool = False
    is_asked: bool = True


OPEN: Final = Rule(None)
ANYBODY: Final = Rule(ALL)
STAFF: Final = Rule(CLINICAL)
STAFF_ABOUT: Final = Rule(CLINICAL, "resident")
CLAIM: Final = Rule(CLINICAL, "resident", frozenset({"doctor", "leader", "duty", "supervisor"}))
"""Of a critical case; the other steps refuse a stale form before they look at the role."""
REPLY: Final = Rule(CLINICAL, "resident", frozenset({"doctor", "leader", "nurse", "duty"}))
ANYBODY_ABOUT: Final = Rule(ALL, "resident")
STAFF_FILE: Final = Rule(CLINICAL, "file")
ANYBODY_FILE: Final = Rule(ALL, "file")
OWN: Final = Rule(RESIDENT)
WITHIN: Final = Rule(ALL, is_within=True)
DATA_DESK: Final = Rule(STEWARD)
SET_UP: Final = Rule(ADMINISTRATOR)
KEEPERS: Final = Rule(frozenset({"administrator", "security"}))
COUNTER: Final = Rule(frozenset({"doctor", "nurse", "leader", "supervisor"}))
SUPERVISES: Final = Rule(frozenset({"supervisor"}))
JUDGES: Final = Rule(frozenset({"supervisor", "auditor"}))

EXPECTED: Final[dict[str, Rule]] = {
    # The door, and what everybody has.
    "GET /": ANYBODY,
    "GET /login": OPEN,
    "POST /login": OPEN,
    "POST /language": OPEN,
    "POST /logout": Rule(ALL, is_asked=False),
    "GET /events": Rule(ALL, is_asked=False),
    "GET /healthz": OPEN,
    "GET /readyz": OPEN,
    "POST /api/v1/logins": OPEN,
    "GET /api/v1/logins": ANYBODY,
    "DELETE /api/v1/logins": Rule(ALL, is_asked=False),
    "DELETE /api/v1/logins/{login}": ANYBODY,
    "GET /api/v1/me": ANYBODY,
    "PATCH /api/v1/me": ANYBODY,
    "PUT /api/v1/me/password": ANYBODY,
    "POST /api/v1/logins/password": OPEN,
    "GET /account": ANYBODY,
    "POST /account/password": ANYBODY,
    "POST /account/logins/{login}": ANYBODY,
    "GET /login/anew": OPEN,
    "POST /login/anew": OPEN,
    "GET /api/v1/notices": ANYBODY,
    "POST /api/v1/notices/{notice}/seen": ANYBODY,
    # Residents in sight.
    "GET /api/v1/residents": ANYBODY,
    "POST /api/v1/residents": COUNTER,
    "GET /api/v1/residents/{resident}": ANYBODY_ABOUT,
    "GET /api/v1/residents/{resident}/readings/{reading}/answer": ANYBODY_ABOUT,
    "GET /api/v1/agreements/{agreement}": ANYBODY,
    "GET /api/v1/agreements/{agreement}/document": ANYBODY,
    # The desk.
    "GET /worklist": STAFF,
    "GET /worklist/list": STAFF,
    "GET /worklist/pane": STAFF_ABOUT,
    "GET /residents/{resident}": STAFF_ABOUT,
    "GET /residents/{resident}/pane": STAFF_ABOUT,
    "POST /episodes/{episode}/claim": CLAIM,
    "POST /episodes/{episode}/contact": STAFF_ABOUT,
    "POST /episodes/{episode}/snooze": STAFF_ABOUT,
    "POST /episodes/{episode}/transfer": STAFF_ABOUT,
    "POST /episodes/{episode}/resolve": STAFF_ABOUT,
    "POST /episodes/{episode}/undo": STAFF_ABOUT,
    "POST /residents/{resident}/readings/{reading}/reply": REPLY,
    "GET /api/v1/tasks": STAFF,
    "GET /api/v1/worklist": STAFF,
    "POST /api/v1/cases/claim": STAFF,
    "POST /api/v1/cases/resolve": STAFF,
    "GET /api/v1/cases/{episode}": STAFF_ABOUT,
    "POST /api/v1/cases/{episode}/claim": CLAIM,
    "POST /api/v1/cases/{episode}/contact": STAFF_ABOUT,
    "POST /api/v1/cases/{episode}/snooze": STAFF_ABOUT,
    "POST /api/v1/cases/{episode}/transfer": STAFF_ABOUT,
    "POST /api/v1/cases/{episode}/resolve": STAFF_ABOUT,
    "POST /api/v1/cases/{episode}/undo": STAFF_ABOUT,
    "POST /api/v1/residents/{resident}/readings/{reading}/reply": REPLY,
    # A resident's own pages.
    "GET /me": OWN,
    "GET /me/card": OWN,
    "GET /me/readings": OWN,
    "GET /me/contract": OWN,
    "GET /me/identity": OWN,
    "POST /me/identity": OWN,
    "GET /me/contract/new": OWN,
    "POST /me/contract/new/teams": OWN,
    "GET /me/contract/new/packages": OWN,
    "GET /me/contract/new/consent": OWN,
    "POST /me/contract/new/consent": OWN,
    "GET /me/contract/new/check": OWN,
    "POST /me/contract/new": OWN,
    "GET /me/contract/{contract}/sign": OWN,
    "POST /me/contract/{contract}/sign": OWN,
    "GET /me/contract/{contract}/renew": OWN,
    "POST /me/contract/{contract}/renew": OWN,
    "GET /me/contract/{contract}/change": OWN,
    "POST /me/contract/{contract}/change": OWN,
    "GET /me/contract/{contract}/end": OWN,
    "POST /me/contract/{contract}/end": OWN,
    "GET /me/contract/{contract}/agreement": OWN,
    "POST /me/contract/{contract}/withdraw": OWN,
    "GET /me/complaints": OWN,
    "POST /me/contract/{contract}/complaint": OWN,
    "GET /me/contract/{contract}/rating": OWN,
    "POST /me/contract/{contract}/rating": OWN,
    "GET /counter": STAFF,
    "POST /counter": STAFF,
    "POST /counter/apply": STAFF,
    "POST /counter/residents": COUNTER,
    "GET /complaints": SUPERVISES,
    "POST /complaints/{complaint}/answer": SUPERVISES,
    "GET /refunds": SUPERVISES,
    "POST /refunds/{contract}": SUPERVISES,
    "GET /admin/agreements": SET_UP,
    "GET /admin/agreements/{template}": SET_UP,
    "GET /admin/agreements/new/{language}": SET_UP,
    "POST /admin/agreements/new/{language}": SET_UP,
    "GET /api/v1/agreements/templates": SET_UP,
    "POST /api/v1/agreements/templates": SET_UP,
    "GET /admin/region": SET_UP,
    "POST /admin/region": SET_UP,
    "POST /me/symptoms": OWN,
    "POST /me/size": OWN,
    "GET /me/rights": OWN,
    "POST /me/rights": OWN,
    # The data desk.
    "GET /fleet": DATA_DESK,
    "GET /fleet/gateways/{gateway}": DATA_DESK,
    "POST /fleet/gateways/{gateway}/revoke": DATA_DESK,
    "POST /fleet/gateways/{gateway}/restart": DATA_DESK,
    "POST /fleet/gateways/{gateway}/code": DATA_DESK,
    "GET /fleet/quarantine": DATA_DESK,
    "GET /fleet/quarantine/{number}": DATA_DESK,
    "POST /fleet/quarantine/{number}/fix": DATA_DESK,
    "POST /fleet/quarantine/{number}/replay": DATA_DESK,
    "POST /fleet/quarantine/{number}/close": DATA_DESK,
    "GET /fleet/unattributed": DATA_DESK,
    "GET /fleet/doubtful": DATA_DESK,
    "GET /fleet/failed": DATA_DESK,
    "POST /fleet/unattributed/attribute": DATA_DESK,
    "POST /fleet/unattributed/dismiss": DATA_DESK,
    "POST /fleet/doubtful/revise": DATA_DESK,
    "POST /fleet/doubtful/looked": DATA_DESK,
    # Packages: the public catalogue, a resident's services, the administrator's editor.
    "GET /packages": OPEN,
    "GET /me/services": OWN,
    "GET /admin": SET_UP,
    "GET /admin/teams": SET_UP,
    "POST /admin/teams": SET_UP,
    "GET /admin/teams/{team}": SET_UP,
    "POST /admin/teams/{team}/places": SET_UP,
    "POST /admin/teams/{team}/roles": SET_UP,
    "POST /admin/teams/{team}/roles/{membership}/end": SET_UP,
    "GET /admin/staff": SET_UP,
    "POST /admin/staff": SET_UP,
    "POST /admin/staff/search": SET_UP,
    "GET /admin/staff/{account}": SET_UP,
    "POST /admin/staff/{account}/roles": SET_UP,
    "POST /admin/staff/{account}/roles/{membership}/end": SET_UP,
    "POST /admin/staff/{account}/leave": SET_UP,
    "GET /admin/packages": SET_UP,
    "GET /admin/packages/new": SET_UP,
    "POST /admin/packages/new": SET_UP,
    "GET /admin/packages/{package}": SET_UP,
    "POST /admin/packages/{package}/adapt": SET_UP,
    "GET /admin/packages/{package}/draft": SET_UP,
    "POST /admin/packages/{package}/draft": SET_UP,
    "POST /admin/packages/{package}/publish": SET_UP,
    "POST /admin/packages/{package}/discard": SET_UP,
    "POST /admin/packages/{package}/retire": SET_UP,
    "POST /admin/packages/{package}/offer": SET_UP,
    "GET /api/v1/packages": OPEN,
    "GET /api/v1/packages/{version}": OPEN,
    "GET /api/v1/packages/shelves": SET_UP,
    "POST /api/v1/packages": SET_UP,
    "POST /api/v1/packages/{package}/draft": SET_UP,
    "POST /api/v1/packages/{package}/retire": SET_UP,
    "PUT /api/v1/packages/{version}": SET_UP,
    "POST /api/v1/packages/{version}/publish": SET_UP,
    "DELETE /api/v1/packages/{version}": SET_UP,
    # People: search, documents, helpers, households, groups. Forms whose parts the matrix does not know are
    # refused for those first, so that it asks of them the role alone.
    "GET /search": STAFF,
    "POST /search": STAFF,
    "GET /residents/{resident}/identity": STAFF_FILE,
    "POST /residents/{resident}/identity/documents": STAFF,
    "POST /residents/{resident}/identity/helpers": STAFF,
    "POST /residents/{resident}/identity/helpers/{proxy}/end": STAFF,
    "POST /residents/{resident}/identity/groups": STAFF,
    "POST /residents/{resident}/identity/incapacity": STAFF,
    "POST /residents/{resident}/identity/household": STAFF,
    "GET /family": ANYBODY,
    "POST /family/act": ANYBODY,
    "POST /family/back": Rule(ALL, is_asked=False),
    "POST /family/helpers": ANYBODY,
    "POST /family/helpers/{proxy}/end": ANYBODY,
    "POST /api/v1/search": STAFF,
    "GET /api/v1/acting-for": ANYBODY,
    "POST /api/v1/acting-for": ANYBODY,
    "DELETE /api/v1/acting-for": Rule(ALL, is_asked=False),
    "GET /api/v1/residents/{resident}/documents": ANYBODY_FILE,
    "POST /api/v1/residents/{resident}/documents": STAFF,
    "GET /api/v1/residents/{resident}/proxies": ANYBODY_FILE,
    "POST /api/v1/residents/{resident}/proxies": ANYBODY,
    "DELETE /api/v1/residents/{resident}/proxies/{proxy}": ANYBODY,
    "GET /api/v1/residents/{resident}/household": ANYBODY,
    "POST /api/v1/residents/{resident}/incapacity": STAFF,
    "POST /api/v1/households": STAFF,
    "POST /api/v1/residents/{resident}/household/members": STAFF,
    "DELETE /api/v1/residents/{resident}/household": STAFF,
    "GET /api/v1/residents/{resident}/groups": ANYBODY_FILE,
    "POST /api/v1/residents/{resident}/groups": STAFF,
    "DELETE /api/v1/residents/{resident}/groups/{code}": STAFF,
    "GET /api/v1/residents/{resident}/entitlements": ANYBODY_FILE,
    # Consents, who looked, looks in an emergency, the auditors' search.
    "GET /api/v1/me/consents": OWN,
    "POST /api/v1/me/consents/{purpose}": OWN,
    "DELETE /api/v1/me/consents/{purpose}": OWN,
    "GET /api/v1/residents/{resident}/consents": STAFF_FILE,
    "GET /api/v1/me/looks": OWN,
    "POST /api/v1/emergencies": STAFF,
    "GET /api/v1/emergencies": STAFF,
    "GET /api/v1/emergencies/reviews": ANYBODY,
    "POST /api/v1/emergencies/{look}/review": ANYBODY,
    "GET /api/v1/audit": Rule(AUDITOR),
    # How the system is.
    "GET /admin/health": KEEPERS,
    "GET /api/v1/health": KEEPERS,
    # Calls to whom no way reached.
    "GET /calls": STAFF,
    "POST /calls/{call}": STAFF,
    "GET /api/v1/calls": STAFF,
    "POST /api/v1/calls/{call}/tries": STAFF,
    "GET /me/looks": OWN,
    "GET /me/consents": OWN,
    "POST /me/consents/{purpose}/agree": OWN,
    "POST /me/consents/{purpose}/take-back": OWN,
    "GET /emergencies": STAFF,
    "POST /emergencies": STAFF,
    "GET /emergencies/reviews": JUDGES,
    "POST /emergencies/{look}/review": JUDGES,
    "GET /audit": Rule(AUDITOR),
    "GET /audit/file": Rule(AUDITOR),
    "GET /audit/sealed": Rule(AUDITOR),
    # Contracts: of a contract that is not there everybody hears that it is unknown.
    "GET /contracts": STAFF,
    "GET /contracts/{contract}": STAFF,
    "POST /contracts/{contract}/accept": STAFF,
    "POST /contracts/{contract}/refuse": STAFF,
    "POST /contracts/{contract}/sign": STAFF,
    "POST /contracts/{contract}/fee": STAFF,
    "POST /contracts/{contract}/counter": STAFF,
    "POST /contracts/{contract}/counter/confirm": STAFF,
    "POST /contracts/{contract}/counter/code": STAFF,
    "POST /contracts/{contract}/counter/by-code": STAFF,
    "GET /api/v1/contracts": WITHIN,
    "POST /api/v1/contracts": WITHIN,
    "GET /api/v1/contracts/teams": WITHIN,
    "PUT /api/v1/contracts/teams/{team}/places": WITHIN,
    "GET /api/v1/contracts/queue": STAFF,
    "GET /api/v1/contracts/{contract}": WITHIN,
    "GET /api/v1/contracts/{contract}/steps": WITHIN,
    "POST /api/v1/contracts/{contract}/apply": WITHIN,
    "POST /api/v1/contracts/{contract}/document": STAFF,
    "POST /api/v1/contracts/{contract}/accept": STAFF,
    "POST /api/v1/me/document": OWN,
    "POST /api/v1/contracts/{contract}/refuse": STAFF,
    "POST /api/v1/contracts/{contract}/withdraw": WITHIN,
    "POST /api/v1/contracts/{contract}/signature": WITHIN,
    "POST /api/v1/contracts/{contract}/signature/confirmation": STAFF,
    "POST /api/v1/contracts/{contract}/signature/code": STAFF,
    "POST /api/v1/contracts/{contract}/signature/by-code": STAFF,
    "POST /api/v1/contracts/{contract}/doctors-signature": STAFF,
    "POST /api/v1/contracts/{contract}/fee": STAFF,
    "POST /api/v1/contracts/{contract}/refund": STAFF,
    "POST /api/v1/contracts/{contract}/renewal": WITHIN,
    "POST /api/v1/contracts/{contract}/transfer": WITHIN,
    "POST /api/v1/contracts/{contract}/termination": WITHIN,
    "POST /api/v1/contracts/{contract}/ratings": OWN,
    "POST /api/v1/contracts/{contract}/complaints": OWN,
    "GET /api/v1/complaints": WITHIN,
    "POST /api/v1/complaints/{complaint}/answer": STAFF,
    "GET /api/v1/teams/{team}/content": STAFF,
    # What a team owes, and the administrator's teams and staff.
    "GET /residents/{resident}/services": STAFF_FILE,
    "GET /services": STAFF,
    "GET /api/v1/services/due": STAFF,
    "GET /residents/{resident}/monitoring": STAFF_FILE,
    "POST /residents/{resident}/monitoring": STAFF,
    "GET /api/v1/teams": SET_UP,
    "POST /api/v1/teams": SET_UP,
    "GET /api/v1/staff": SET_UP,
    "GET /api/v1/trainings": SET_UP,
    "POST /api/v1/trainings": SET_UP,
    "PUT /api/v1/trainings/asked": SET_UP,
    "GET /admin/trainings": SET_UP,
    "POST /admin/staff/{account}/password": SET_UP,
    "POST /admin/trainings": SET_UP,
    "POST /admin/trainings/asked": SET_UP,
    "POST /api/v1/staff": SET_UP,
    "DELETE /api/v1/staff/{account}": SET_UP,
    "POST /api/v1/staff/{account}/roles": SET_UP,
    "POST /api/v1/staff/{account}/password": SET_UP,
    "DELETE /api/v1/roles/{membership}": SET_UP,
    # The door's other ways in: a second factor, a code by telephone, a square that staff hand out.
    "GET /login/code": OPEN,
    "POST /login/code": OPEN,
    "GET /login/second": OPEN,
    "POST /login/second": OPEN,
    "GET /login/phone": OPEN,
    "POST /login/phone": OPEN,
    "POST /login/phone/code": OPEN,
    "GET /bind/{secret}": OPEN,
    "POST /bind/{secret}": OPEN,
    "POST /api/v1/logins/code": OPEN,
    "POST /api/v1/logins/second": OPEN,
    "POST /api/v1/logins/second/confirm": OPEN,
    "POST /api/v1/logins/phone": OPEN,
    "POST /api/v1/logins/phone/code": OPEN,
    "POST /residents/{resident}/identity/phone": STAFF,
    "POST /family/help": WITHIN,
    "POST /family/help/code": WITHIN,
    "DELETE /api/v1/accounts/{account}/second": Rule(frozenset({"security"})),
    # Whether a meter agrees, before anybody is monitored by it.
    "GET /api/v1/residents/{resident}/monitoring": ANYBODY_FILE,
    "POST /api/v1/residents/{resident}/device-checks": STAFF,
    # A house's own directory.
    "GET /login/sso": OPEN,
    "GET /login/sso/back": OPEN,
    "PUT /api/v1/accounts/{account}/directory": Rule(frozenset({"security"})),
    "DELETE /api/v1/accounts/{account}/directory": Rule(frozenset({"security"})),
}
