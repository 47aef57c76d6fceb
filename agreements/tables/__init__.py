"""What pages of agreements show in rows: readiness by clause, the grid of Annex 1."""
