"""The vote study: which method shows an emotion better, as people see it. No streamlit, no torch."""
