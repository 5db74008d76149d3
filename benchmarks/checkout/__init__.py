"""Checkout under load on MariaDB: a flash sale, and orders beside the bare transaction that every order needs."""
