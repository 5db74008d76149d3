"""What a hostile outsider does: attacks on a running shop, and what it promises to withstand."""
