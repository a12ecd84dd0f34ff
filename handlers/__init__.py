"""What a person does in chat, grouped by intent: `(interaction, services) -> Reply`. No Slack, no sessions, no SQL."""
