"""Reading what offices send about programmes and students."""
