# One image; the command decides what it is: dashboard, api, worker or init.
FROM python:3.11-slim AS build
WORKDIR /app
RUN python -m venv /opt/tasador
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY pricing_core pricing_core
COPY dashboard dashboard
# Editable, as in a clone: the pages and the sample are found beside the packages.
RUN /opt/tasador/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
    --constraint constraints.txt --editable '.[api]'
COPY .streamlit .streamlit
COPY pages pages
COPY data/sample data/sample
RUN mkdir -p data/database data/interim data/processed models && chown -R 10001:10001 data models

FROM python:3.11-slim
COPY --from=build /opt/tasador /opt/tasador
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/tasador/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    OMP_NUM_THREADS=1 \
    MLFLOW_DISABLE_TELEMETRY=true \
    HOME=/tmp \
    HOST=0.0.0.0
USER 10001:10001
VOLUME ["/app/data", "/app/models"]
EXPOSE 8501 8000
# The dashboard's check; docker-compose.yml gives api and worker their own.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ.get('DASHBOARD_PORT', '8501') + '/_stcore/health', timeout=4)"]
ENTRYPOINT ["tasador"]
CMD ["dashboard"]
