"""What people are told, once each, through an outbox. Holds codes and facts; words are a page's."""
