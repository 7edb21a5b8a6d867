"""Words for the numbers that a region may set, and for what is wrong with a file. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clinician_api.web.words import later

PLACES: Final[Mapping[str, str]] = {
    "terms.shortest_years": later("Shortest contract, years"),
    "terms.longest_years": later("Longest contract, years"),
    "terms.change_after_months": later("Team changed by wish after, months"),
    "terms.changes_a_year": later("Changes of team a year"),
    "terms.elderly_from": later("Elderly from, years of age"),
    "capacity.per_doctor": later("Residents of one doctor at most"),
    "capacity.warn_percent": later("A team is warned from, per cent"),
    "fees.personal": later("Personal fee a year, yuan"),
    "fees.waived_for": later("Personal fee waived for"),
    "reserve.contracted": later("Appointments kept for residents with a contract, per cent"),
    "reserve.referred": later("Appointments kept for those referred, per cent"),
    "targets.home_systolic": later("Home goal, systolic, mmHg"),
    "targets.home_diastolic": later("Home goal, diastolic, mmHg"),
    "targets.indicator_systolic": later("Indicator, systolic below, mmHg"),
    "targets.indicator_diastolic": later("Indicator, diastolic below, mmHg"),
    "targets.indicator_systolic_elderly": later("Indicator for the elderly, systolic below, mmHg"),
    "clocks.answer_reminder_hours": later("Application: reminder after, hours"),
    "clocks.answer_working_days": later("Application: answer due after, working days"),
    "clocks.answer_days": later("Application: lapses after, days"),
    "clocks.sign_reminder_days": later("Signing: reminder after, days"),
    "clocks.sign_days": later("Signing: lapses after, days"),
    "clocks.pay_days": later("Payment: lapses after, days"),
    "clocks.renewal_days": later("Renewal begins before the end, days"),
    "clocks.renewal_reminders": later("Renewal: reminders before the end, days"),
    "clocks.complaint_working_days": later("Complaint: answer due after, working days"),
}
CODES: Final[dict[str, str]] = {
    "region.unreadable": later("This is no TOML: look at the line that is named."),
    "region.invalid": later("One of the entries cannot be: look at the place that is named."),
    "region.contradicts_itself": later("Two of the numbers do not go together."),
    "region.effective_in_the_past": later("The first day must not lie in the past."),
    "region.unknown": later("No region has this code."),
    "region.not_yours": later("The file is of another region than that of your institution."),
    "region.of_several": later(
        "Other institutions lie in this region too: whoever runs the server puts its file in force."
    ),
    "region.changed": later("What holds has changed since you looked: compare once more."),
}
