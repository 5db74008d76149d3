"""Buyers as carts know them."""

from typing import Any

# What a shop that delivers requires of a buyer; in the home territory of the demo shop.
BUYER: dict[str, Any] = {
    "buyerIdentity": {"email": "buyer@example.com", "countryCode": "GB"},
    "delivery": {
        "addresses": [
            {
                "address": {
                    "deliveryAddress": {
                        "lastName": "Byron",
                        "address1": "12 St James's Square",
                        "city": "London",
                        "zip": "SW1Y 4LB",
                        "countryCode": "GB",
                    }
                }
            }
        ]
    },
}
