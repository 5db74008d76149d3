"""Records, commands, events and rules of the shop. They use the standard library only and do no input or output."""
