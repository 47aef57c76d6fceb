"""What Annex 1 is read from: the printed form as a file, or a table that is typed on a page."""
