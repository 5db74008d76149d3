"""Why the schema lacks parts of the Storefront API, and which of its fields have no value: facts for people.

Keys of `ABSENT` are patterns of types and of `Type.field`; the first that matches counts.
"""

ABSENT: dict[str, str] = {"*": "planned"}

# Fields that documents may select and for which this shop has no value: at most 60.
ANSWERING_NONE: dict[str, str] = {}
