"""Who is cared for by which team from when to when, and the sight that follows. No packages, no money yet."""
