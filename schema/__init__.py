"""The GraphQL schema: types as views over domain records, inputs that become commands. Reads like SDL."""
