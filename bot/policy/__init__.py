"""A school's own policies: read into passages, found again word for word. Never a paraphrase, never a guess."""
