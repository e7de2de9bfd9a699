# One image, every role: `docker build -t worldlog .`
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
# Caches stay out of the image; the binary is copied out of the cached target folder.
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo build --locked --profile dist --features app/otel --bin worldlog && cp target/dist/worldlog /worldlog

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --home-dir /var/lib/worldlog --create-home worldlog
COPY --from=build /worldlog /usr/local/bin/worldlog
USER 10001:10001
WORKDIR /var/lib/worldlog
VOLUME /var/lib/worldlog
EXPOSE 8080
ENV WORLDLOG__LISTEN=0.0.0.0:8080 WORLDLOG__DATA=/var/lib/worldlog
ENTRYPOINT ["worldlog"]
CMD ["up"]
