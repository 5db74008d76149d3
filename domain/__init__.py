"""Records, commands, events and rules of the shop. Standard library only; nothing here does input or output."""
