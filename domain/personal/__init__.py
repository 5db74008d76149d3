"""What a shopper likes, has bought and does not want to see."""
