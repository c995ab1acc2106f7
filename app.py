"""The one entry: ``streamlit run app.py`` finds `app`, the page with the app's own files in front of it."""

from pathlib import Path

import streamlit as st

from ui.assets import routes

app = st.App(Path(__file__).parent / "ui" / "page.py", routes=routes())
