"""A resident's rights and duties, in the words they are read in (agreement §4–§7; PIPL 44–50)."""

from __future__ import annotations

from typing import Final, NamedTuple

from clinician_api.web.words import later


class Point(NamedTuple):
    icon: str
    title: str
    words: str


RIGHTS: Final = (
    Point(
        "users",
        later("You choose your team"),
        later("You may change it when the contract ends, and before that for a good reason."),
    ),
    Point(
        "list-checks",
        later("You see what you get"),
        later("Each service you were given is written down; you see what was used and what is left."),
    ),
    Point(
        "clipboard-list",
        later("Your health record is yours"),
        later("You may see it, have a copy, and have mistakes put right."),
    ),
    Point(
        "eye",
        later("You see who looked"),
        later("Only those who look after you see your readings. Each look is written down."),
    ),
    Point(
        "undo-2",
        later("You may take a consent back"),
        later("The page says what then stops. Basic public health services never stop because of it."),
    ),
    Point(
        "calendar",
        later("The contract never renews by itself"),
        later("You are reminded before it ends. Only you, or somebody you have authorised, can renew it."),
    ),
    Point(
        "message-circle",
        later("You may complain"),
        later("Rate a service, or tell the centre: somebody answers within two working days."),
    ),
)
DUTIES: Final = (
    Point(
        "heart-pulse",
        later("Tell us the truth about your health"),
        later("What you leave out, the doctor cannot take care of."),
    ),
    Point(
        "clock",
        later("Keep your appointments, and measure as agreed"),
        later("If you cannot come, call the team."),
    ),
    Point(
        "phone",
        later("Tell us your new telephone number or address"),
        later("So that we reach you when a reading worries us."),
    ),
    Point(
        "triangle-alert",
        later("In an emergency call 120"),
        later("The meters are no emergency service. Never wait for the team to call."),
    ),
)
