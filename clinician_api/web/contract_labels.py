"""Words for what contracts may say: states, reasons, and what to do about a refusal. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clinician_api.contracts.changing import Because, Refusal, Why
from clinician_api.contracts.states import State, Step
from clinician_api.web.words import later

STATES: Final[Mapping[State, str]] = {
    "draft": later("Not sent yet"),
    "applied": later("Waits for the team's answer"),
    "refused": later("Refused"),
    "accepted": later("Waits for signatures"),
    "cancelled": later("Withdrawn"),
    "lapsed": later("Not answered or signed in time"),
    "signed": later("Signed, not begun yet"),
    "active": later("In force"),
    "renewal_due": later("Ends soon"),
    "renewed": later("Renewed"),
    "expired": later("Has run out"),
    "terminated": later("Ended"),
    "transferred": later("Team changed"),
}
STEPS: Final[Mapping[Step, str]] = {
    "draft": later("Written down"),
    "apply": later("Apply"),
    "accept": later("Accept"),
    "refuse": later("Refuse"),
    "withdraw": later("Withdraw"),
    "lapse": later("Lapsed"),
    "sign": later("Sign"),
    "activate": later("Came into force"),
    "fall_due": later("Can be renewed"),
    "renew": later("Renew"),
    "transfer": later("Change the team"),
    "resume": later("Goes on"),
    "terminate": later("End the contract"),
    "expire": later("Ran out"),
}
WHY: Final[Mapping[Why, str]] = {
    "expired": later("It ran out"),
    "moved": later("Moved away"),
    "died": later("Has died"),
    "lost_contact": later("Not reached for a year"),
    "declined_service": later("Declined the service for a year"),
    "own_wish": later("Own wish"),
    "changed_team": later("Changed the team"),
    "invoice_void": later("The invoice is void"),
    "team_closed": later("The team was closed"),
    "other": later("Another reason"),
}
REFUSALS: Final[Mapping[Refusal, str]] = {
    "capacity_full": later("The team is full"),
    "out_of_area": later("Lives outside the area"),
    "package_unsuitable": later("The package does not suit"),
    "other": later("Another reason"),
}
BECAUSE: Final[Mapping[Because, str]] = {
    "expiring": later("The contract ends soon"),
    "moved": later("Moved away"),
    "team_closed": later("The team was closed"),
    "doctor_left": later("The doctor has left"),
    "complaints": later("Two complaints without an answer"),
    "own_wish": later("Own wish"),
}
CODES: Final[Mapping[str, str]] = {
    "contract.stale": later("It has changed since the page was opened. Open it again; nothing was stored."),
    "contract.not_now": later("The contract is past this step. Open it again."),
    "contract.not_yours": later("This step is somebody else's."),
    "contract.needs_a_doctor": later("Only a doctor of the team signs for it."),
    "contract.another_pending": later("There is an application already. Withdraw it first."),
    "contract.overlaps": later("There is a contract for these days already."),
    "contract.ended": later("The contract has ended already."),
    "contract.unexplained": later("Say why, in at least five characters."),
    "contract.text_changed": later("The text is not the one that was read. Read it again, then sign."),
    "contract.signed_already": later("This side has signed already."),
    "contract.nothing_to_pay": later("There is nothing to pay."),
    "contract.nothing_to_refund": later("There is nothing to give back."),
    "contract.years": later("A contract lasts one to three years."),
    "contract.date": later("That day is not in the calendar."),
    "contract.begins_in_the_past": later("The first day must not lie in the past."),
    "contract.stop_day": later("The last day lies between today and the end of the contract."),
    "contract.why_not_given": later("Choose a reason from the list."),
    "household.another": later("This person belongs to another household."),
    "team.full": later("The team has no place left. Choose another team."),
    "consent.missing": later("Consent to the care first, then apply."),
    "package.not_offered": later("This package is not on offer here. Choose again."),
    "signer.needs_guardian": later("A guardian signs for this person."),
    "signer.no_guardian": later("An adult signs for themself; nobody is their guardian."),
    "signer.child_not_informed": later("Tell the child first, and say so on the form."),
    "signer.relation_missing": later("Say who the signer is to the resident."),
    "signer.evidence_missing": later("Name the paper that shows the right to sign."),
    "signer.until_missing": later("Say until when the authorisation holds."),
    "signer.expired": later("The authorisation has ended. A new one is needed."),
    "change.same_team": later("Choose another team than the present one."),
    "change.not_expiring": later("The contract does not end within thirty days. Choose the true reason."),
    "change.too_soon": later("A wish alone changes the team after six months, or at the end."),
    "change.once_a_year": later("The team was changed within the last year."),
    "change.no_two_complaints": later("There are not two complaints without an answer."),
    "change.doctor_is_there": later("The team has a doctor."),
    "change.team_is_there": later("The team is open."),
    "rating.given": later("You have rated this already."),
    "rating.of_another": later("The form was about something else."),
    "complaint.answered": later("It was answered already."),
    "agreement.no_template": later(
        "Nobody has put a text of the agreement in force. Tell the administrator."
    ),
    "agreement.no_archive": later("This server has no place for signed agreements. Tell the administrator."),
}
FIELDS: Final[Mapping[str, str]] = {
    "years": later("Years"),
    "begins": later("First day"),
    "stops": later("Last day"),
    "words": later("Why, in words"),
    "packages": later("Packages"),
    "team": later("Team"),
    "evidence": later("Paper"),
    "valid_until": later("Valid until"),
    "is_child_informed": later("The child was told"),
}
