"""A Slack workspace for one machine. It speaks Slack's protocols to any app; it knows no app of ours."""
