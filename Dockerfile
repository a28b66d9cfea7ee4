# The images of the `rounds` program:
#
#   docker build --target api    -t rounds-api .      answers requests
#   docker build --target worker -t rounds-worker .   also reads scans, and has engines of its own: consumer and commands
#
# The second can do whatever the first can. Text and PDF files are read by both, since a request waits for it.

FROM python:3.13-slim AS build
WORKDIR /build
RUN apt-get update -qq \
    && apt-get install -qq --yes --no-install-recommends binutils >/dev/null
COPY bootstrap.lock ./
RUN python3 -m venv /opt/bootstrap \
    && /opt/bootstrap/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check --require-hashes -r bootstrap.lock
COPY deploy/image deploy/image
COPY pyproject.toml README.md ./
COPY src src
COPY features features
COPY migrations migrations
RUN /opt/bootstrap/bin/hatchling build -t wheel -d dist

# Each environment is one step, so that nothing it removes stays in a layer.
FROM build AS api-environment
COPY requirements-api.lock ./
RUN deploy/image/environment requirements-api.lock

FROM build AS worker-environment
COPY requirements.lock ./
RUN deploy/image/environment requirements.lock

# Python and the libraries that it is linked with: no package manager, no shell tools.
FROM python:3.13-slim AS trimmed
COPY deploy/image/trim_base.py /tmp/
# By number, so that Kubernetes can see that it is not root.
RUN groupadd --gid 10001 rounds \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/rounds --shell /usr/sbin/nologin rounds \
    && install -d -o 10001 -g 10001 -m 0700 /var/lib/rounds \
    && python3 /tmp/trim_base.py

# From nothing, since what is removed from a base image stays in its layers.
FROM scratch AS runtime
COPY --from=trimmed / /
ENV PATH=/opt/rounds/bin:/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8 \
    SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ROUNDS_ENVIRONMENT=production \
    ROUNDS_HOST=0.0.0.0 \
    ROUNDS_DATA_DIR=/var/lib/rounds
WORKDIR /var/lib/rounds
USER 10001:10001
EXPOSE 8000
# Any answer of the process counts; what it depends on is asked at /health/ready.
HEALTHCHECK --interval=15s --timeout=5s --start-period=2m --retries=3 \
    CMD ["python", "-I", "-S", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ.get('ROUNDS_PORT') or 8000), timeout=4); c.request('GET', '/health'); sys.exit(c.getresponse().status != 200)"]
CMD ["rounds", "serve"]

FROM runtime AS api
COPY --from=api-environment /opt/rounds /opt/rounds

FROM runtime AS worker
COPY --from=worker-environment /opt/rounds /opt/rounds
