# The search page, and what keeps its index current, as one image. It needs the package registry and nothing else of the internet.
#   docker build --tag searchlib .
#   docker run --rm --volume ./articles:/articles:ro --volume searchlib:/index searchlib build /articles
#   docker run --publish 127.0.0.1:8000:8000 --volume searchlib:/index:ro searchlib
# deploy/compose.yaml runs the page and `searchlib watch` side by side.

FROM python:3.11-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY searchlib searchlib
COPY webui webui
RUN python -m venv /opt/searchlib \
    && /opt/searchlib/bin/pip install --no-cache-dir --disable-pip-version-check .

FROM python:3.11-slim
COPY --from=build /opt/searchlib /opt/searchlib
# An empty volume takes its owner from the folder that it is mounted on.
RUN groupadd --gid 10001 searchlib \
    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin searchlib \
    && install --directory --owner=searchlib --group=searchlib /index
# Settings lie in /etc/searchlib/searchlib.toml, if any are mounted there.
WORKDIR /etc/searchlib
ENV PATH=/opt/searchlib/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    SEARCHLIB_INDEX=/index
USER 10001:10001
VOLUME /index
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["searchlib"]
CMD ["serve", "--host", "0.0.0.0"]
