"""What stands behind the ports: storage, databases, dispatch, events, fetching."""
