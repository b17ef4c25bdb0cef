"""What can be wrong with a request, as an exception that becomes a page in plain words. Knows no page."""


class Problem(Exception):
    """A request that is refused.

    `key` begins the names of its title and text in web.toml. `typed` is what somebody wrote, to be shown again: a
    refusal must not lose anybody's words.
    """

    def __init__(self, status: int, key: str, typed: tuple[str, ...] = ()) -> None:
        super().__init__(key)  # never the words, which would end in a log
        self.status = status
        self.key = key
        self.typed = typed
