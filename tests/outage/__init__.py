"""Homepages while their Redis is emptied, killed, frozen and slow: what visitors got, and what reached other stores."""
