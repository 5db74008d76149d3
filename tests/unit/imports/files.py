"""CSV files written for one test."""

import csv
import gzip
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path

PRODUCT = {
    "Handle": "mug",
    "Title": "Mug",
    "Body (HTML)": "<p>A mug.</p>",
    "Vendor": "Potter",
    "Type": "Home & Garden",
    "Tags": "blue, tea",
    "Published": "true",
    "Option1 Name": "Size",
    "Option1 Value": "S",
    "Variant SKU": "MUG-S",
    "Variant Grams": "250",
    "Variant Inventory Tracker": "shopify",
    "Variant Inventory Qty": "7",
    "Variant Inventory Policy": "deny",
    "Variant Price": "9.50",
    "Variant Compare At Price": "12.00",
    "Image Src": "https://example.com/mug.jpg",
    "Image Alt Text": "A blue mug",
    "Status": "active",
}
ORDER = {
    "Name": "#1",
    "Email": "Ann@Example.com",
    "Financial Status": "paid",
    "Created at": "2010-03-01 09:30:00",
    "Cancelled at": "",
    "Currency": "GBP",
    "Lineitem quantity": "2",
    "Lineitem name": "Mug",
    "Lineitem price": "9.50",
    "Lineitem sku": "MUG-S",
    "Shipping Country": "GB",
}


def variant(**cells: str) -> dict[str, str]:
    """A further row of the product; underscores in names stand for spaces."""
    return {"Handle": "mug"} | {name.replace("_", " "): value for name, value in cells.items()}


def table(rows: Sequence[Mapping[str, str]], columns: Sequence[str] = ()) -> str:
    """CSV with the columns of all rows."""
    out = StringIO()
    names = columns or list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(out, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def saved(directory: Path, content: str | bytes, name: str = "file.csv") -> Path:
    """A file with this content, compressed when its name ends in `.gz`."""
    data = content.encode() if isinstance(content, str) else content
    path = directory / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path
