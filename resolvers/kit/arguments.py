"""Arguments that several fields share, each with its description."""

from typing import Annotated

import strawberry

Arg = strawberry.argument

First = Annotated[int | None, Arg(description="Returns up to the first `n` elements of the list, at most 250.")]
After = Annotated[str | None, Arg(description="Returns the elements that come after this cursor.")]
Last = Annotated[int | None, Arg(description="Returns up to the last `n` elements of the list, at most 250.")]
Before = Annotated[str | None, Arg(description="Returns the elements that come before this cursor.")]
Reverse = Annotated[bool | None, Arg(description="Reverses the order of the list.")]
Handle = Annotated[str | None, Arg(description="The handle, as it is in URLs.")]
TruncateAt = Annotated[int | None, Arg(description="Shortens the text to this many characters.")]
Words = Annotated[str | None, Arg(description="Words that the elements must have; the last one may be incomplete.")]
GlobalId = Annotated[strawberry.ID, Arg(description="The global id.")]
GivenHandle = Annotated[str, Arg(description="The handle, as it is in URLs.")]
OptionalId = Annotated[strawberry.ID | None, Arg(description="The global id.")]


@strawberry.input(description="One option of a variant.")
class SelectedOptionInput:
    """Chooses variants by an option."""

    name: str = strawberry.field(description="Name of the option, such as `Size`.")
    value: str = strawberry.field(description="Value of the option, such as `M`.")
