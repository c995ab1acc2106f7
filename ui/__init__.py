"""The Streamlit page: draws values, holds the selection."""
