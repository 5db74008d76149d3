"""Stops an answer that grows too large while it is made: the length of each list is not known before."""

from dataclasses import dataclass

from graphql import GraphQLError

TOO_LARGE = "ANSWER_TOO_LARGE"
# A long text counts as more than one part.
CHARACTERS_PER_PART = 256
# A fragment that comes later than the rest takes as much time as so many fields, wherever the answer has it.
# graphql-core begins all of them in one go; further ones come with the rest.
PARTS_PER_FRAGMENT = 10
MAX_FRAGMENTS = 500


@dataclass(slots=True)
class AnswerSize:
    """Counts the parts of an answer (fields, list items, each further 256 characters of a text; 10 for each deferred
    fragment).

    Beyond `max_parts` nothing more is resolved: every field that is still open fails with ANSWER_TOO_LARGE.
    """

    max_parts: int
    parts: int = 0
    fragments: int = 0

    def count(self, parts: int) -> None:
        """Adds parts."""
        self.parts += parts
        self.require(0)

    def count_text(self, text: str) -> None:
        """Adds the parts of a text beyond its first."""
        if len(text) >= CHARACTERS_PER_PART:
            self.count(len(text) // CHARACTERS_PER_PART)

    def defer(self, fragments: int) -> bool:
        """Whether so many more fragments may come later than the rest; adds them."""
        if self.fragments + fragments > MAX_FRAGMENTS:
            return False
        self.fragments += fragments
        self.count(PARTS_PER_FRAGMENT * fragments)
        return True

    def require(self, parts: int) -> None:
        """Refuses parts that would be too many, before they are made."""
        if self.parts + parts > self.max_parts:
            message = f"The answer has more than {self.max_parts} parts: ask for fewer or shorter lists."
            raise GraphQLError(message, extensions={"code": TOO_LARGE, "maxParts": self.max_parts})
