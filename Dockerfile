# The image of the `rounds` program. Build: docker build -t rounds .

FROM python:3.13-slim AS build
WORKDIR /build
COPY bootstrap.lock requirements.lock ./
RUN python3 -m venv /opt/bootstrap \
    && /opt/bootstrap/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check --require-hashes -r bootstrap.lock \
    && python3 -m venv --without-pip /opt/rounds \
    && /opt/bootstrap/bin/uv pip install --quiet --no-cache --compile-bytecode --python /opt/rounds/bin/python --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY src src
COPY features features
COPY migrations migrations
RUN /opt/bootstrap/bin/hatchling build -t wheel -d dist \
    && /opt/bootstrap/bin/uv pip install --quiet --no-cache --compile-bytecode --no-deps --python /opt/rounds/bin/python dist/*.whl

FROM python:3.13-slim
# By number, so that Kubernetes can see that it is not root.
RUN groupadd --gid 10001 rounds \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/rounds --shell /usr/sbin/nologin rounds \
    && install -d -o 10001 -g 10001 -m 0700 /var/lib/rounds
COPY --from=build /opt/rounds /opt/rounds
ENV PATH=/opt/rounds/bin:$PATH \
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
