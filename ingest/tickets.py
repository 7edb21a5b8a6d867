"""Why gateways and meters are out of sight: tickets and blind homes, for pages and commands."""

from __future__ import annotations

from typing import Literal

Cause = Literal["platform", "network", "gateway", "meter"]
"""From the root outward: what a wider cause explains opens no ticket of a narrower one."""
