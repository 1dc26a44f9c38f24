# The wheel is built in one image and installed in another, so that the second has no tools to build with.
FROM python:3.13-slim-trixie AS build

WORKDIR /source
COPY .github/action/*requirements.txt pinned/
RUN pip install --no-cache-dir --require-hashes --only-binary :all: --requirement pinned/build-requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY policies policies
COPY checker checker
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheel . \
    && python -m venv --without-pip /opt/bedrock-eol \
    && pip --python /opt/bedrock-eol/bin/python install --no-cache-dir --require-hashes --only-binary :all: \
      --requirement pinned/requirements.txt \
    && pip --python /opt/bedrock-eol/bin/python install --no-cache-dir --no-deps /wheel/*.whl

FROM python:3.13-slim-trixie

LABEL org.opencontainers.image.title="bedrock-eol" \
      org.opencontainers.image.description="Finds Amazon Bedrock models near their end of life in infrastructure code" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/bedrock-eol /opt/bedrock-eol
ENV PATH=/opt/bedrock-eol/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# Mounted code belongs to another user: git reads it all the same, for --diff-base and --blame.
RUN apt-get update \
    && apt-get install -y --no-install-recommends git=1:2.* \
    && rm -rf /var/lib/apt/lists/* \
    && git config --system --add safe.directory '*' \
    && useradd --uid 10001 --create-home --shell /usr/sbin/nologin checker
USER 10001:10001
WORKDIR /src
ENTRYPOINT ["bedrock-eol"]
CMD ["--help"]
