"""The data steward's pages over the room of stewards: routes, and what they put together. Decides nothing."""
