"""What of each store a backup holds, and which keys of Redis belong to a shop."""

# Documents that belong to a row: the collection, and the table with the same ids.
BELONGING = {"products": "products", "collections": "collections"}
# What cannot be made again from rows and documents: what shoppers like and hid, and events that were given up.
KEPT_KEYS = ("taste:{*}", "{events}:dead")
# Every key of a shop. All are deleted before a restore, as they tell of other rows.
ALL_KEYS = (
    "homepage:*",
    "{homepages}:*",
    "trending:*",
    "{trending}:*",
    "{availability}:*",
    "gate:*",
    "{events}:*",
    "{check}:*",
    "{documents}:*",
    "{workers}:*",
    "rate:*",
    "taste:*",
    "spent:*",
)
