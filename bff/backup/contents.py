"""What a backup holds of each store, and which keys of Redis belong to a shop."""

# Documents that belong to a row: the collection, and the table with the same ids.
BELONGING = {"products": "products", "collections": "collections"}
# Keys that cannot be rebuilt from rows and documents: what shoppers like and hid, and dead letters.
KEPT_KEYS = ("taste:{*}", "{events}:dead")
# Every key of a shop. A restore deletes all of them first, because they describe other rows.
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
    "{tastes}:*",
)
