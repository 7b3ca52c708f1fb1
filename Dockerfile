# Image of hpcpack-exporter: docker build -t hpcpack-exporter .
# "make image" builds it for several platforms, with every label, and pushes it.
#
# For a build that can be repeated bit by bit, give both images by digest:
#   docker build --build-arg SWIFT_IMAGE=swift@sha256:... --build-arg DEBIAN_IMAGE=debian@sha256:... .
# Both must be of the same Debian release, since the binary links to its libc and libcurl.
# No secret belongs in here: passwords come in as files or environment when the container runs.
ARG SWIFT_IMAGE=swift:6.3-bookworm
ARG DEBIAN_IMAGE=debian:bookworm-slim

FROM ${SWIFT_IMAGE} AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libcrypt-dev libcurl4-openssl-dev libssl-dev libyaml-dev pkg-config \
       zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
# What --version names: --build-arg REVISION=$(git rev-parse HEAD)
ARG REVISION=unknown
ARG BRANCH=unknown
# Without a default: an empty one would be no time, which the compiler refuses.
ARG SOURCE_DATE_EPOCH
ENV HPCPACK_EXPORTER_REVISION=${REVISION}
ENV HPCPACK_EXPORTER_BRANCH=${BRANCH}
RUN swift build -c release --static-swift-stdlib --product hpcpack-exporter \
    && install -D -s .build/release/hpcpack-exporter /out/hpcpack-exporter

# Only built when asked for: docker build --target simulator .
# The simulator speaks TLS itself; libcurl4 below brings libssl along.
FROM build AS build-simulator
RUN apt-get update \
    && apt-get install -y --no-install-recommends libexpat1-dev libssl-dev \
    && rm -rf /var/lib/apt/lists/*
RUN swift build -c release --static-swift-stdlib --product hpcpack-simulator \
    && install -D -s .build/release/hpcpack-simulator /out/hpcpack-simulator

FROM ${DEBIAN_IMAGE} AS runtime
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libcrypt1 libcurl4 libstdc++6 libyaml-0-2 zlib1g \
    && rm -rf /var/lib/apt/lists/*
# A number, so that "runAsNonRoot" of Kubernetes can tell.
USER 65532:65532
STOPSIGNAL SIGTERM

FROM runtime AS simulator
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG SOURCE=
ARG DOCUMENTATION=
ARG CREATED=
LABEL org.opencontainers.image.title="hpcpack-simulator" \
      org.opencontainers.image.description="A simulated HPC Pack head node, for demos and tests" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.documentation="${DOCUMENTATION}" \
      org.opencontainers.image.created="${CREATED}"
# The exporter has no use for Expat, which reads the simulator's XML request bodies.
USER 0:0
RUN apt-get update \
    && apt-get install -y --no-install-recommends libexpat1 \
    && rm -rf /var/lib/apt/lists/*
USER 65532:65532
COPY --from=build-simulator /out/hpcpack-simulator /usr/local/bin/hpcpack-simulator
EXPOSE 8060
ENTRYPOINT ["/usr/local/bin/hpcpack-simulator"]

# The last stage is what "docker build" makes. No HEALTHCHECK: it would need a client in the image;
# ask /-/healthy and /-/ready from outside. Nothing is written, so "--read-only" works.
FROM runtime AS exporter
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG SOURCE=
ARG DOCUMENTATION=
ARG CREATED=
LABEL org.opencontainers.image.title="hpcpack-exporter" \
      org.opencontainers.image.description="Prometheus exporter for Microsoft HPC Pack clusters" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.documentation="${DOCUMENTATION}" \
      org.opencontainers.image.created="${CREATED}"
COPY --from=build /out/hpcpack-exporter /usr/local/bin/hpcpack-exporter
EXPOSE 10052
ENTRYPOINT ["/usr/local/bin/hpcpack-exporter"]
