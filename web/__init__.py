"""What a browser is given: styles, icons and plain ES modules, served by the services under /assets."""
