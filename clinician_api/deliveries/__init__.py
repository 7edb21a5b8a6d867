"""From what happened to what a contract is owed: events draw on the entitlement ledger, and people do not."""
