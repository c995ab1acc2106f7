# The page as a container; docs/deploy.md says how it is built and run. Kernels are compiled and the coast is worked out
# while the image is built, so that it starts in seconds, and with a file system that can only be read.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    NUMBA_CPU_NAME=generic \
    SELAT_CACHE=/var/cache/selat \
    MPLCONFIGDIR=/var/cache/selat \
    STREAMLIT_BROWSER_SERVER_ADDRESS=localhost
# "generic": kernels compiled on one machine run on every other of its kind. Made for one machine they are a tenth faster.
# The server address is the public name; unset, Streamlit would ask a service outside for it at each start.

RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent selat
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY .streamlit .streamlit
COPY data data
COPY docs docs
COPY geo geo
COPY ui ui
COPY app.py .
RUN python -m geo coverage > /dev/null && python -c "import matplotlib.font_manager" && chown -R selat "$SELAT_CACHE"

USER 10001
EXPOSE 8501
HEALTHCHECK --start-period=60s --interval=30s --timeout=5s \
    CMD ["python", "-c", "import os, urllib.request as u; base = os.environ.get('STREAMLIT_SERVER_BASE_URL_PATH', '').strip('/'); u.urlopen('/'.join(filter(None, ('http://127.0.0.1:8501', base, '_stcore/health'))), timeout=4)"]
CMD ["streamlit", "run", "app.py", "--server.address", "0.0.0.0"]
