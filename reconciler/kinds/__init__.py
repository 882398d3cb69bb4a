"""What is known of each Kubernetes kind, one file each."""
