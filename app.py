"""The entry point of ``streamlit run app.py``: the page, and the routes of the files that it fetches."""

from pathlib import Path

import streamlit as st

from ui.assets import routes

app = st.App(Path(__file__).parent / "ui" / "page.py", routes=routes())
