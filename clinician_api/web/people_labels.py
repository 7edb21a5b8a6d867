"""Words for the codes of people, documents, helpers and groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clinician_api.web.words import later

DOCUMENTS: Final[Mapping[str, str]] = {
    "resident_id": later("Resident identity card"),
    "permanent_residence": later("Permanent residence card"),
    "hk_macao": later("Permit of Hong Kong or Macao"),
    "taiwan": later("Permit of Taiwan"),
    "passport": later("Passport"),
    "birth_certificate": later("Birth certificate"),
    "other": later("Another document"),
}
RELATIONS: Final[Mapping[str, str]] = {
    "spouse": later("wife or husband"),
    "child": later("daughter or son"),
    "parent": later("mother or father"),
    "grandchild": later("grandchild"),
    "grandparent": later("grandmother or grandfather"),
    "sibling": later("sister or brother"),
    "other_relative": later("another relative"),
    "helper": later("neighbour or community worker"),
    "staff": later("staff of a health centre"),
}
BASES: Final[Mapping[str, str]] = {
    "authorised": later("has it in writing"),
    "guardian": later("is the guardian"),
}
SCOPES: Final[Mapping[str, str]] = {
    "read": later("see readings and the contract"),
    "measure": later("send readings"),
    "consult": later("speak with the team"),
    "sign": later("sign"),
}
HOUSEHOLD: Final[Mapping[str, str]] = {
    "head": later("head of the household"),
    "spouse": later("wife or husband"),
    "parent": later("mother or father"),
    "child": later("daughter or son"),
    "grandparent": later("grandmother or grandfather"),
    "grandchild": later("grandchild"),
    "sibling": later("sister or brother"),
    "other": later("somebody else"),
}
GROUPS: Final[Mapping[str, str]] = {
    "01": later("pregnant women"),
    "02": later("children up to 6"),
    "03": later("the elderly"),
    "04": later("people with hypertension"),
    "05": later("people with type 2 diabetes"),
    "06": later("people with a severe mental disorder"),
    "07": later("people with tuberculosis"),
    "08": later("people with a disability"),
    "09": later("special families of family planning"),
    "10": later("no priority group"),
    "11": later("subsistence allowance"),
    "12": later("preferential treatment"),
    "13": later("lifted out of poverty"),
    "14": later("another group"),
    "15": later("children with leukaemia"),
    "16": later("people with leprosy"),
    "17": later("retired cadres"),
    "18": later("support of family planning"),
    "19": later("destitute people"),
    "20": later("people with cancer"),
    "21": later("invited specialists"),
    "22": later("people with COPD"),
}
SOURCES: Final[Mapping[str, str]] = {
    "age": later("by age"),
    "register": later("by register"),
    "stated": later("by a paper"),
    "none": later("by nothing else"),
}
CODES: Final[dict[str, str]] = {
    "document.shape": later("The number does not have the form of this document."),
    "document.date": later("Digits 7 to 14 are no date of the calendar."),
    "document.future": later("By this number the person is not born yet."),
    "document.age": later("By this number the person is older than 130 years."),
    "document.check_digit": later(
        "One sign is wrong: the last one does not fit the others. Compare with the card."
    ),
    "document.born_differs": later("The birthday in the number is another one than in the file."),
    "document.known_already": later("Your card is known already. If it has changed, show it at the desk."),
    "document.ask_at_desk": later("We cannot take this number here. Please show your card at the desk."),
    "document.known": later("This number stands in the file already."),
    "document.of_another": later("Somebody else has this number. Nothing was stored."),
    "document.former": later(
        "Cards of 15 digits are no longer valid. Ask for the present card, or for another document."
    ),
    "document.sex_differs": later("The number says another sex."),
    "resident.name": later("Type the name as it stands on the document."),
    "resident.phone": later("A telephone number has 5 to 15 digits. Leave it empty where there is none."),
    "resident.address": later("The address is too long, or holds signs that cannot be printed."),
    "resident.kind": later("Choose the document."),
    "resident.number": later("Type the number as it stands on the document."),
    "resident.born": later("This is no day of the calendar."),
    "resident.sex": later("Choose the sex that stands on the document."),
    "resident.born_missing": later("The birthday does not stand in this number: type it."),
    "resident.sex_missing": later("The sex does not stand in this number: choose it."),
    "resident.born_ahead": later("This day lies ahead."),
    "resident.born_too_long_ago": later("By this day the person is older than 130 years."),
    "resident.no_file_number": later("No free file number was found. Please try once more."),
    "document.no_keys": later("This server has no keys for documents (CARE_KEYS)."),
    "person.severed": later("The identity of this person was destroyed."),
    "account.unknown": later("There is no login of this name."),
    "account.name_taken": later("There is a login of this name already."),
    "role.must_stay_apart": later("Nobody is two of administrator, security officer and auditor."),
    "role.wrong_place": later("This role does not go with this team."),
    "role.held": later("They have this role already."),
    "role.ended": later("This role has ended already."),
    "account.not_for_oneself": later("Nobody does that for themself: somebody else with this role does."),
    "role.not_for_oneself": later("Nobody changes their own roles: another administrator does."),
    "proxy.has_capacity": later(
        "An adult who can decide has no guardian: a written authorisation is needed."
    ),
    "proxy.no_capacity": later("This person cannot authorise anybody: a guardian acts for them."),
    "proxy.earlier_guardians": later(
        "By law others come before them as guardian. Say in a few words why those do not act."
    ),
    "proxy.no_guardian": later("Somebody in this relation cannot be the guardian."),
    "proxy.guardian_is_minor": later("A guardian is an adult who can decide."),
    "proxy.evidence_missing": later("Say where the paper lies."),
    "proxy.scope_missing": later("Choose what it is for."),
    "proxy.ends_before_it_begins": later("The end lies before the beginning."),
    "proxy.too_long": later("It needs an end: at most three years, for staff seven days."),
    "proxy.staff_never_sign": later("Staff do not sign for a resident."),
    "proxy.staff_is_staff": later("This login is of staff: choose that relation."),
    "proxy.oneself": later("Nobody needs an authorisation for themself."),
    "proxy.over": later("It is over already."),
    "proxy.not_by_helper": later("Whoever acts for somebody cannot hand that on."),
    "proxy.guardian_by_staff": later("A guardian is put down by staff who saw the paper."),
    "proxy.guardian_signs": later("A guardian signs for this person."),
    "proxy.may_not_sign": later("You have no authorisation to sign for this person, or it has ended."),
    "proxy.not_for_read": later("Your authorisation is not for looking."),
    "proxy.not_for_measure": later("Your authorisation is not for sending readings."),
    "proxy.not_for_consult": later("Your authorisation is not for speaking with the team."),
    "proxy.not_for_sign": later("Your authorisation is not for signing."),
    "household.has_one": later("This person belongs to a household already."),
    "household.one_head": later("A household has one head."),
    "household.head_stays": later("The head is the last to leave a household."),
    "household.unknown_file": later("No file has this number."),
    "incapacity.known": later("It is known already that a guardian signs."),
    "household.none": later("This person belongs to no household."),
    "group.is_computed": later("This group is computed and never typed."),
    "group.known": later("This person is in this group already."),
    "group.ends_before_it_begins": later("The end lies before the beginning."),
}
FIELDS: Final[dict[str, str]] = {
    "number": later("Number"),
    "file_number": later("File number"),
    "evidence": later("Which paper, and where it lies"),
    "basis": later("By what right"),
    "relation": later("Who it is"),
    "login_name": later("Login name"),
    "code": later("Group"),
}
