"""Routes beside the GraphQL endpoint."""
