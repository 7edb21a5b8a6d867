"""Whether a resident's home is monitored: by contract, consent, and a meter that was compared in person."""
