"""The GraphQL schema. Types are views over domain records, inputs become commands; the modules read like SDL."""
