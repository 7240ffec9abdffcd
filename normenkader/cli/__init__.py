"""The command line: verbs, progress, messages, exit codes. No other room prints."""
