"""Who may put a region's file in force from a page: the administrator of the only institution it concerns.

What concerns several institutions is put in force by whoever runs the server (`hearthline regions apply`).
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from clinician_api.errors import NotAllowedError
from clinician_api.identity import service as identity


def require(db: Session, institution: UUID, code: str) -> None:
    """Raises NotAllowedError for a region that the institution does not lie in, or that others lie in too."""
    region = identity.region_of(db, institution)
    if region is None or identity.region_codes(db, {region}).get(region) != code:
        raise NotAllowedError("region.not_yours")
    if any(lies_in(db, other, region) for other in identity.institutions(db) if other != institution):
        raise NotAllowedError("region.of_several")


def lies_in(db: Session, institution: UUID, region: UUID) -> bool:
    own = identity.region_of(db, institution)
    return own is not None and region in identity.regions_above(db, own)
