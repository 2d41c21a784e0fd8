"""How the desk is seen from outside: metrics, logs, health and traces. Knows nothing of articles, claims or Slack."""
