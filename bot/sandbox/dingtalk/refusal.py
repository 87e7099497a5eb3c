"""How DingTalk says no: by a word and an HTTP status (the new API), or by a number within a 200 (the old one, oapi)."""


class Refusal(Exception):
    """A request that is refused. `code` is the new API's word (`param.cardNotExist`) or the old one's number; `status`
    that of HTTP, which only the new API uses. Decide on the code: DingTalk changes its texts."""

    def __init__(self, code: str | int, message: str, status: int = 400) -> None:
        super().__init__(f"{code} {message}")
        self.code, self.message, self.status = code, message, status
