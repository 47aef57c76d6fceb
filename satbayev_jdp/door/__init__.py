"""The front door: who comes in, how, until when; and what an account shows its owner."""
