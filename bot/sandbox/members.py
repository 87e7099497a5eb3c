"""The people of the made-up company, as the platform knows them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    """One person. `department` is a path (`呼和浩特/一部`), `title` what stands under the name (`客户经理`).

    `visible` says whether the app is visible to the person: who is not in the visible range can neither write to the
    app nor be reached by it.
    """

    userid: str
    name: str
    department: str = ""
    title: str = ""
    visible: bool = True
