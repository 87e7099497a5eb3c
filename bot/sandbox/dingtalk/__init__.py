"""A DingTalk that speaks the real protocol, for tests and for the sandbox: its API, its Stream gateway, its people."""
