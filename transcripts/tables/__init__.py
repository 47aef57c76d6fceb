"""Tables that are typed into."""
