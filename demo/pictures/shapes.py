"""Every silhouette by name, and the scenes that show several of them."""

from demo.pictures.shape import Shape
from demo.pictures.shapes_away import GARDEN, OUTDOOR, WEAR
from demo.pictures.shapes_house import BED_AND_BATH, LIGHTING, LIVING
from demo.pictures.shapes_play import STATIONERY, TOYS
from demo.pictures.shapes_table import KITCHEN, TABLEWARE

_BY_DEPARTMENT: dict[str, dict[str, Shape]] = {
    "kitchen": KITCHEN,
    "tableware": TABLEWARE,
    "living": LIVING,
    "lighting": LIGHTING,
    "bed-and-bath": BED_AND_BATH,
    "garden": GARDEN,
    "outdoor": OUTDOOR,
    "stationery": STATIONERY,
    "toys": TOYS,
    "wear": WEAR,
}
SHAPES: dict[str, Shape] = {name: shape for shapes in _BY_DEPARTMENT.values() for name, shape in shapes.items()}
# Three things side by side: for collections and banners.
SCENES: dict[str, tuple[str, str, str]] = {
    "kitchen": ("jar", "kettle", "board"),
    "tableware": ("mug", "carafe", "bowl"),
    "living": ("candle", "vase", "cushion"),
    "lighting": ("lantern", "lamp", "desklamp"),
    "bed-and-bath": ("soap", "towel", "blanket"),
    "garden": ("can", "pot", "trowel"),
    "outdoor": ("flask", "tent", "backpack"),
    "stationery": ("pencils", "notebook", "envelope"),
    "toys": ("blocks", "bear", "boat"),
    "wear": ("beanie", "jumper", "socks"),
    "new": ("vase", "lamp", "kettle"),
    "sale": ("tote", "cushion", "mug"),
    "gifts": ("candle", "bear", "notebook"),
    "summer": ("can", "kite", "flask"),
}
