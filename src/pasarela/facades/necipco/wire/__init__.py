"""What NeCIPCo's calls say and what their answers print."""
