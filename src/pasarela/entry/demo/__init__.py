"""The accounts and objects that every sandbox begins with: data (`demo.json`), and a small interpreter."""
