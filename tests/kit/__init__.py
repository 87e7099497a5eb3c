"""What tests stand on: databases, a settable clock, and a whole company that chats over real HTTP."""
