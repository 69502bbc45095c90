"""The dialects: each speaks one provider's API and translates it to the core's verbs and back. They never decide."""
