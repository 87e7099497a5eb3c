"""How the platform says no: an errcode and an errmsg, as one exception inside the fake."""


class Refusal(Exception):
    """A request the platform refuses with `errcode`. Decide on the code: the real platform changes its texts."""

    def __init__(self, errcode: int, errmsg: str) -> None:
        super().__init__(f"{errcode} {errmsg}")
        self.errcode = errcode
        self.errmsg = errmsg
