"""Settings, wiring, the web application and the command line: the only code that knows all layers."""
