"""What the demo shop sells, written down by department: every brand, product and text here is invented."""
