"""Tests of accounts that need no store."""
