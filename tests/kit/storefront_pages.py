"""Fragments with the fields that the pages of Next.js Commerce and of Hydrogen's skeleton select."""

IMAGE = "fragment image on Image { url altText width height }"
SEO = "fragment seo on SEO { title description }"
PRODUCT = (
    """
    fragment product on Product {
      id handle title vendor availableForSale description descriptionHtml tags updatedAt
      options { id name values optionValues { name firstSelectableVariant { id image { ...image } } } }
      priceRange { minVariantPrice { amount currencyCode } maxVariantPrice { amount currencyCode } }
      selectedOrFirstAvailableVariant { ...variant }
      adjacentVariants { id }
      variants(first: 250) { edges { node { ...variant } } }
      featuredImage { ...image }
      images(first: 20) { edges { node { ...image } } }
      seo { ...seo }
    }
    fragment variant on ProductVariant {
      id title sku availableForSale quantityAvailable price { amount currencyCode } compareAtPrice { amount }
      selectedOptions { name value } image { ...image } product { handle title }
    }
    """
    + IMAGE
    + SEO
)
COLLECTION = (
    "fragment collection on Collection "
    "{ id handle title description descriptionHtml updatedAt image { ...image } seo { ...seo } }" + IMAGE + SEO
)
CART = (
    """
    fragment cart on Cart {
      id checkoutUrl totalQuantity cost { subtotalAmount { amount } totalAmount { amount currencyCode } }
      lines(first: 100) { edges { node { id quantity cost { totalAmount { amount } } merchandise {
        ... on ProductVariant {
        id title selectedOptions { name value } image { ...image }
        product { id handle title featuredImage { ...image } }
      } } } } }
    }
    """
    + IMAGE
)
MENU = "fragment menu on Menu { id items { id title url type tags resourceId items { id title url } } }"
SHOP = """
    fragment shop on Shop {
      id name description primaryDomain { url } brand { logo { image { url } } } paymentSettings { currencyCode }
      privacyPolicy { title body } termsOfService { title }
    }
"""
