"""Words for the codes of contracts: states, reasons, refusals, and what a rule says when it refuses. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clinician_api.web.words import later

STATES: Final[Mapping[str, str]] = {
    "draft": later("Not sent yet"),
    "applied": later("Waits for the team's answer"),
    "refused": later("The team could not take it"),
    "accepted": later("Accepted: please sign"),
    "cancelled": later("Withdrawn"),
    "lapsed": later("Lapsed: time ran out"),
    "signed": later("Signed: begins soon"),
    "active": later("In force"),
    "renewal_due": later("In force: ends soon"),
    "renewed": later("In force: renewed"),
    "expired": later("Run out"),
    "terminated": later("Ended"),
    "transferred": later("Goes on with another team"),
}
WHYS: Final[Mapping[str, str]] = {
    "own_wish": later("I no longer want it"),
    "moved": later("I move away"),
    "declined_service": later("I do not use the services"),
    "other": later("Another reason"),
}
"""What a resident may give for ending it. Of the others a team or a date knows."""

BECAUSE: Final[Mapping[str, str]] = {
    "expiring": later("The contract ends soon anyway"),
    "moved": later("I have moved"),
    "doctor_left": later("My doctor has left"),
    "team_closed": later("The team is being closed"),
    "complaints": later("I have complained twice"),
    "own_wish": later("I would like another doctor"),
}
REFUSALS: Final[Mapping[str, str]] = {
    "capacity_full": later("The team has no place left"),
    "out_of_area": later("Lives outside the area"),
    "package_unsuitable": later("The packages do not suit"),
    "other": later("Another reason"),
}
STEPS: Final[Mapping[str, str]] = {
    "draft": later("written down"),
    "apply": later("applied for"),
    "accept": later("accepted"),
    "refuse": later("refused"),
    "withdraw": later("withdrawn"),
    "lapse": later("lapsed"),
    "sign": later("signed by both"),
    "activate": later("in force"),
    "fall_due": later("ends in a month"),
    "renew": later("followed by a new contract"),
    "transfer": later("passed to another team"),
    "resume": later("goes on after all"),
    "terminate": later("ended"),
    "stop": later("ended sooner"),
    "expire": later("run out"),
}
FEES: Final[Mapping[str, str]] = {
    "none": later("nothing to pay"),
    "pending": later("to be paid at the desk"),
    "paid": later("paid"),
    "waived": later("waived"),
    "cancelled": later("nothing to pay"),
    "refund_due": later("to be given back"),
    "refunded": later("given back"),
}
BASES: Final[Mapping[str, str]] = {
    "self": later("the resident, in person"),
    "guardian": later("a guardian"),
    "authorised": later("somebody with a written authorisation"),
}
PROOFS: Final[Mapping[str, str]] = {
    "paper": later("signed on paper in person"),
    "guardianship": later("signed by a guardian, paper seen"),
    "authorisation": later("signed by authorisation, paper seen"),
}
STARS: Final[Mapping[int, str]] = {
    5: later("Very satisfied"),
    4: later("Satisfied"),
    3: later("So-so"),
    2: later("Dissatisfied"),
    1: later("Very dissatisfied"),
}
TAGS: Final[Mapping[str, str]] = {
    "listened": later("They listened to me"),
    "explained": later("They explained it well"),
    "on_time": later("They came when they said"),
    "hard_to_reach": later("They were hard to reach"),
    "waited_long": later("I waited long"),
    "unfriendly": later("They were unfriendly"),
}
"""What may be ticked beside the stars."""
CODES: Final[Mapping[str, str]] = {
    "contract.unknown": later("There is no such contract, or none that you may see."),
    "contract.no_document": later(
        "Your identity card is not known yet. Type its number under My identity, or show it at the desk."
    ),
    "contract.stale": later("The page was old: the contract has changed since."),
    "contract.not_now": later("The contract has moved on: this can no longer be done."),
    "contract.not_yours": later("Somebody else has to do this."),
    "contract.needs_a_doctor": later("Only a doctor of the team signs."),
    "contract.another_pending": later("You have asked a team already. Withdraw that first."),
    "contract.overlaps": later("There is a contract for these days already: one person has one doctor."),
    "contract.text_changed": later("The text has changed since you read it. Please read it again."),
    "contract.signed_already": later("You have signed already."),
    "contract.nothing_to_pay": later("There is nothing to pay."),
    "contract.nothing_to_refund": later("There is nothing to give back."),
    "contract.years": later("So many years are not offered here."),
    "contract.date": later("That day is not in the calendar."),
    "contract.begins_in_the_past": later("It cannot begin in the past."),
    "contract.stop_day": later("The last day lies between today and the end of the contract."),
    "contract.unexplained": later("Please say why, in at least five characters."),
    "contract.why_not_given": later("Please choose one of the reasons."),
    "contract.ended": later("The contract has ended already."),
    "contract.unread": later("Please read the agreement to its end and tick that you have read it."),
    "contract.no_team": later("Please choose a team."),
    "contract.no_reason": later("Please choose one of the reasons."),
    "contract.resident_died": later(
        "A death was written down for this person. If that is a mistake, call us."
    ),
    "contract.begins_too_late": later("It begins at the latest a year from today."),
    "change.leaves_a_gap": later("There would be days without a doctor. Please choose an earlier first day."),
    "change.same_team": later("That is your team already. Please choose another one."),
    "change.not_expiring": later("The contract does not end within the next 30 days."),
    "change.no_two_complaints": later("There are not two complaints that nobody has answered."),
    "change.doctor_is_there": later("The team has a doctor."),
    "change.team_is_there": later("The team is not being closed."),
    "change.too_soon": later("The team can be changed by wish alone after six months."),
    "change.once_a_year": later("The team can be changed once a year."),
    "package.not_offered": later("One of the packages is no longer on offer. Please choose again."),
    "team.full": later("The last place has just been taken. Please choose another team."),
    "signer.needs_guardian": later("A guardian signs for this person."),
    "signer.no_guardian": later("An adult who can decide signs for themself."),
    "signer.child_not_informed": later("Please tell the child about the contract, and tick that you did."),
    "signer.relation_missing": later("Say who signs."),
    "signer.evidence_missing": later("Say where the paper lies."),
    "signer.expired": later("The authorisation has ended."),
    "signer.proof_unfit": later("That kind of paper does not show this right."),
    "signer.name_missing": later("Write down whose signature is on the paper."),
    "signer.second_person": later(
        "You put it down yourself: a colleague who has seen the paper confirms it."
    ),
    "signer.nothing_to_confirm": later("There is nothing to confirm."),
    "signer.paper_unseen": later("Look at the paper, and tick that you have seen it."),
    "signer.no_telephone": later("We have no telephone number of them. Put down a paper instead."),
    "signer.wrong_code": later("The code is wrong or too old. Ask for a new one."),
    "signer.until_missing": later("An authorisation needs a last day."),
    "household.another": later("This person belongs to another household."),
    "agreement.no_archive": later("This server keeps no signed documents yet (CARE_VAULT)."),
    "agreement.unsigned": later("It is not signed yet."),
    "agreement.lost": later("The document cannot be found. Please ask the health centre."),
    "agreement.no_template": later("Nobody has written the text of the agreement yet."),
    "rating.given": later("You have rated it already."),
    "rating.of_another": later("The form was about something else."),
    "complaint.answered": later("It was answered already."),
    "complaint.unknown": later("There is no such complaint, or it is not yours to answer."),
    "complaint.empty": later("Please say in a few words what happened."),
    "complaint.no_answer": later("Please write the answer first."),
    "rating.no_stars": later("Please choose how many stars."),
}
"""What a person reads when a rule of contracts refuses: what would have to be different."""

FIELDS: Final[Mapping[str, str]] = {
    "team": later("Team"),
    "years": later("How long"),
    "begins": later("First day"),
    "evidence": later("Paper"),
    "valid_until": later("Valid until"),
    "is_child_informed": later("The child was told"),
    "name": later("Whose signature"),
    "relation": later("Relation"),
    "code": later("Code"),
    "proof": later("Kind of paper"),
    "has_seen_paper": later("Paper"),
    "packages": later("Packages"),
    "stops": later("Last day"),
    "words": later("Why, in your words"),
    "cause": later("Reason"),
    "out_of_area": later("Why, if they live outside the area"),
    "because": later("Reason"),
}
