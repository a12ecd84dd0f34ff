# Callboard in one image: `run` (the default), `worker`, `serve` and every other command of the CLI.
FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/callboard
WORKDIR /src
COPY requirements/core.lock requirements/core.lock
RUN /opt/callboard/bin/pip install --require-hashes --only-binary :all: -r requirements/core.lock
COPY . .
RUN /opt/callboard/bin/pip install --no-deps --no-build-isolation .

FROM python:3.11-slim
# hadolint ignore=DL3008 -- Debian keeps only the newest version of a package, a pinned one would fail soon
RUN apt-get update \
    && apt-get install -y --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/callboard --create-home callboard
COPY --from=build /opt/callboard /opt/callboard
COPY deploy/app-config.yaml /etc/callboard/app-config.yaml
# Nothing outside the data folder and /tmp is written, so that the root may be mounted read-only.
ENV PATH=/opt/callboard/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /var/lib/callboard
VOLUME /var/lib/callboard
USER 10001
EXPOSE 7007
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7007/healthz', timeout=4)"]
ENTRYPOINT ["callboard"]
CMD ["--config", "/etc/callboard/app-config.yaml", "--log-json", "run"]
