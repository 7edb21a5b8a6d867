"""Who may write the text of the agreement from a page: the administrator of a server's only institution.

A text that several institutions sign under is written by whoever runs the server, by
`hearthline agreements write`.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from clinician_api.errors import NotAllowedError
from clinician_api.identity import service as identity


def require(db: Session) -> None:
    if len(identity.institutions(db)) > 1:
        raise NotAllowedError("agreement.of_several")
