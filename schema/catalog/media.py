"""Pictures, and data for search engines, under the names of the Storefront API."""

from typing import Annotated

import strawberry
from strawberry import Parent

from domain.catalog import records as catalog
from resolvers.context import Info
from resolvers.kit.arguments import Arg
from resolvers.kit.choices import CropRegion, ImageContentType
from schema.kit.common import always, id_field
from schema.kit.scalars import URL

_NO_EFFECT = "No effect so far: the shop answers the original."


@strawberry.input(description="How a picture should be changed.")
class ImageTransformInput:
    """Accepted; the shop answers the original."""

    crop: CropRegion | None = strawberry.field(default=None, description=_NO_EFFECT)
    max_height: int | None = strawberry.field(default=None, description=_NO_EFFECT)
    max_width: int | None = strawberry.field(default=None, description=_NO_EFFECT)
    preferred_content_type: ImageContentType | None = strawberry.field(default=None, description=_NO_EFFECT)
    scale: int | None = strawberry.field(default=1, description=_NO_EFFECT)


Transform = Annotated[
    ImageTransformInput | None, Arg(description="How the picture should be changed; the shop answers the original.")
]


def picture_url(root: Parent[catalog.Image], info: Info) -> URL:
    """An absolute URL, also for pictures on other hosts."""
    return URL(info.context.urls.picture(root.url))


def image_url(root: Parent[catalog.Image], info: Info, transform: Transform = None) -> URL:
    """The URL of the original."""
    del transform
    return picture_url(root, info)


def transformed_url(
    root: Parent[catalog.Image],
    info: Info,
    crop: Annotated[CropRegion | None, Arg(description=_NO_EFFECT)] = None,
    max_height: Annotated[int | None, Arg(description=_NO_EFFECT)] = None,
    max_width: Annotated[int | None, Arg(description=_NO_EFFECT)] = None,
    preferred_content_type: Annotated[ImageContentType | None, Arg(description=_NO_EFFECT)] = None,
    scale: Annotated[int | None, Arg(description=_NO_EFFECT)] = 1,
) -> URL:
    """The URL of the original."""
    del crop, max_height, max_width, preferred_content_type, scale
    return picture_url(root, info)


@strawberry.type(description="A picture.")
class Image:
    """A view over `domain.catalog.records.Image`."""

    id = id_field("ImageSource")
    url = strawberry.field(resolver=image_url, description="The URL of the picture.", graphql_type=URL)
    src = strawberry.field(
        resolver=picture_url,
        description="The URL of the picture.",
        graphql_type=URL,
        deprecation_reason="Use `url` instead.",
    )
    original_src = strawberry.field(
        resolver=picture_url,
        description="The URL of the picture.",
        graphql_type=URL,
        deprecation_reason="Use `url` instead.",
    )
    transformed_src = strawberry.field(
        resolver=transformed_url,
        description="The URL of the picture.",
        graphql_type=URL,
        deprecation_reason="Use `url` with `transform` instead.",
    )
    thumbhash = always(None, str | None, "A tiny form of the picture; always null in this shop.")
    alt_text: str | None = strawberry.field(description="A description of the picture.")
    width: int | None = strawberry.field(description="Width in pixels, if known.")
    height: int | None = strawberry.field(description="Height in pixels, if known.")


@strawberry.type(name="SEO", description="Title and description for search engines.")
class SEO:
    """A view over `domain.catalog.records.Seo`."""

    title: str | None = strawberry.field(description="The title.")
    description: str | None = strawberry.field(description="The description.")
