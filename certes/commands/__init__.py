"""Commands that belong to no service: trying an agreement, sizing a card, the demonstration."""
