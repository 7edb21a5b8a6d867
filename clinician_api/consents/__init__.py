"""What a person agreed to, purpose by purpose: which text, by whom for whom, since when and until when."""
