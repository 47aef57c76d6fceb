# syntax=docker/dockerfile:1
# The Python and the Debian that bin/test runs on, so that what was tested is what is shipped.
FROM python:3.11-slim-bookworm AS base
# What WeasyPrint draws with (bin/_lib.sh has the same list). Fonts are in the repository.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data
WORKDIR /app

FROM base AS build
ENV UV_PYTHON=/usr/local/bin/python3.11 UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
# uv itself comes from the package index too, its hash checked; packages come with the hashes of uv.lock.
COPY bin/_bootstrap.py bin/
RUN python bin/_bootstrap.py /usr/local/bin
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/root/.cache/uv uv sync --frozen --no-dev
COPY . .
RUN python manage.py messages --compile \
    && python manage.py collectstatic --noinput

FROM base
RUN useradd --uid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin jdp \
    && install -d -o jdp -g jdp /data /data/files
COPY --from=build /app /app
# Static files belong to the image, not to a volume: a new image must bring its own. Only /data/files is mounted.
COPY --from=build /data/static /data/static
USER jdp
EXPOSE 8000
ENV WEB_CONCURRENCY=2
CMD ["gunicorn", "satbayev_jdp.wsgi", "--bind", "0.0.0.0:8000", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
