"""How gateways join: codes, certificates, and the claim that binds a box to a home."""
