"""Group chats that get boards: which the company has, who belongs to them, and what may be shown there."""
