"""Pages about people: finding one, who they are by document, and who acts for whom."""
