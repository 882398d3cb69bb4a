FROM python:3.11-slim
RUN apt-get update && apt-get install --yes --no-install-recommends git openssh-client tini && rm -rf /var/lib/apt/lists/*
COPY . /src
RUN pip install --no-cache-dir /src && rm -rf /src && useradd --create-home reconciler && install -d -o reconciler /var/lib/reconciler
USER reconciler
ENTRYPOINT ["tini", "--", "reconciler"]
CMD ["run", "--config", "/etc/reconciler/config.yaml"]
