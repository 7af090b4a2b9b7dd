"""The pages, each a file that streamlit runs from top to bottom."""
