"""Pictures, videos and 3D models, under the names of the Storefront API. The shop has pictures."""

from typing import Annotated, Any

import strawberry

from domain.catalog.records import Image as Picture
from resolvers.kit.arguments import Arg
from resolvers.kit.choices import MediaPresentationFormat
from schema.catalog.media import Image
from schema.enums import enum_of
from schema.kit.common import Connection, Node, id_field, is_record
from schema.kit.scalars import JSON, URL

Field = strawberry.field
MediaContentType = enum_of(
    "MediaContentType",
    "Kinds of media.",
    {
        "EXTERNAL_VIDEO": "A video on another host.",
        "IMAGE": "A picture.",
        "MODEL_3D": "A 3D model.",
        "VIDEO": "A video.",
    },
)
MediaHost = enum_of("MediaHost", "Hosts of videos.", {"VIMEO": "Vimeo.", "YOUTUBE": "YouTube."})
_MIME = "The media type of the file."


def as_json(root: Any, format: Annotated[MediaPresentationFormat, Arg(description="The way.")]) -> JSON | None:
    """What a picture needs to be shown; None for other ways."""
    return (
        JSON({"alt": root.alt_text, "aspect_ratio": _ratio(root)}) if format is MediaPresentationFormat.IMAGE else None
    )


def _ratio(picture: Picture) -> float | None:
    return picture.width / picture.height if picture.width and picture.height else None


@strawberry.type(description="How to present media.")
class MediaPresentation(Node):
    """A view over `domain.catalog.records.Image`."""

    is_type_of = is_record(Picture)

    id = id_field("MediaPresentation")
    as_json = Field(resolver=as_json, description="What a way of presenting needs.", graphql_type=JSON | None)


@strawberry.interface(description="A media file.")
class Media(Node):
    """Pictures, and kinds that this shop does not have."""

    alt: str | None = Field(description="A description of what can be seen.")
    media_content_type = Field(resolver=lambda: "IMAGE", description="The kind.", graphql_type=MediaContentType)
    presentation: MediaPresentation | None = Field(description="How to present it.")
    preview_image: Image | None = Field(description="A still picture.")


@strawberry.type(description="A picture in the shop's files.")
class MediaImage(Media):
    """A view over `domain.catalog.records.Image`."""

    is_type_of = is_record(Picture)

    id = id_field("MediaImage")
    alt = Field(
        resolver=lambda root: root.alt_text, description="A description of the picture.", graphql_type=str | None
    )
    presentation = Field(
        resolver=lambda root: root, description="How to present it.", graphql_type=MediaPresentation | None
    )
    preview_image = Field(resolver=lambda root: root, description="The picture itself.", graphql_type=Image | None)
    image = Field(resolver=lambda root: root, description="The picture.", graphql_type=Image | None)


@strawberry.type(description="A file of a video.")
class VideoSource:
    """Existing clients select it; the shop never returns one."""

    format: str = Field(description="The format.")
    height: int = Field(description="Height in pixels.")
    mime_type: str = Field(description=_MIME)
    url: str = Field(description="The URL.")
    width: int = Field(description="Width in pixels.")


@strawberry.type(description="A video in the shop's files; it has none.")
class Video(Media):
    """Existing clients select it; the shop never returns one."""

    is_type_of = is_record(())

    sources: list[VideoSource] = Field(description="Its files.")


@strawberry.type(description="A video on another host; the shop has none.")
class ExternalVideo(Media):
    """Existing clients select it; the shop never returns one."""

    is_type_of = is_record(())

    embed_url: URL = Field(description="The URL to embed.")
    embedded_url: URL = Field(description="The URL to embed.", deprecation_reason="Use `originUrl` instead.")
    host = Field(resolver=lambda root: root.host, description="The host.", graphql_type=MediaHost)
    origin_url: URL = Field(description="The URL on the host.")


@strawberry.type(description="A file of a 3D model.")
class Model3dSource:
    """Existing clients select it; the shop never returns one."""

    filesize: int = Field(description="Bytes.")
    format: str = Field(description="The format.")
    mime_type: str = Field(description=_MIME)
    url: str = Field(description="The URL.")


@strawberry.type(description="A 3D model in the shop's files; it has none.")
class Model3d(Media):
    """Existing clients select it; the shop never returns one."""

    is_type_of = is_record(())

    sources: list[Model3dSource] = Field(description="Its files.")


@strawberry.type(description="Another file of the shop; it has none.")
class GenericFile(Node):
    """Existing clients select it; the shop never returns one."""

    is_type_of = is_record(())

    id: strawberry.ID = Field(description="A globally unique id.")
    alt: str | None = Field(description="A description of the file.")
    mime_type: str | None = Field(description=_MIME)
    original_file_size: int | None = Field(description="Bytes.")
    preview_image: Image | None = Field(description="A still picture.")
    url: URL | None = Field(description="The URL.")


@strawberry.type(description="A page of media.")
class MediaConnection(Connection[Media]):
    """Media."""


# Reached only through their interface.
MEDIA_TYPES = [ExternalVideo, MediaImage, Model3d, Video]
