"""What the interface says about things, in the words of the references."""
