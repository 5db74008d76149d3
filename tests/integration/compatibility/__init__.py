"""What storefronts of the Storefront API select, answered by the demo shop."""
