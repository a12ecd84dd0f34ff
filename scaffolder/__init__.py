"""Software templates: parameters become forms, steps become runs. Knows no Slack."""
