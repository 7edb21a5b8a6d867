"""How long what is kept, what stops its end, and how it ends: keys, documents and names destroyed."""
