# One image for every part: the argument names the entry, all in one process unless given.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.base.json tsconfig.json ./
COPY gen/ts/package.json gen/ts/
COPY packages/quant/package.json packages/quant/
COPY packages/learning/package.json packages/learning/
COPY packages/platform/package.json packages/platform/
COPY packages/backends/package.json packages/backends/
COPY services/data/package.json services/data/
COPY services/optimization/package.json services/optimization/
COPY services/jobs/package.json services/jobs/
COPY services/training/package.json services/training/
COPY services/local/package.json services/local/
COPY gateway/package.json gateway/
COPY web/package.json web/
RUN npm ci --ignore-scripts
COPY gen gen
COPY packages packages
COPY services services
COPY gateway gateway
COPY web web
RUN npx tsc --build && npm run build --workspace web && npm prune --omit=dev --ignore-scripts

# `--target gpu`: TensorFlow on an NVIDIA GPU beside the rest. Its library and addon, 1 GB, are downloaded here and nowhere else.
FROM build AS gpu-build
RUN npm install --no-save --omit=dev --ignore-scripts @tensorflow/tfjs-node-gpu@4.22.0 \
  && npm rebuild --ignore-scripts=false @tensorflow/tfjs-node-gpu

FROM nvidia/cuda:11.8.0-cudnn8-runtime-ubuntu22.04 AS gpu
ENV NODE_ENV=production HOST=0.0.0.0 PORTFOLIO_HOME=/var/lib/portfolio TF_FORCE_GPU_ALLOW_GROWTH=true
WORKDIR /app
COPY --from=gpu-build /usr/local/bin/node /usr/local/bin/
COPY --from=gpu-build --chown=root:root /app ./
COPY data data
COPY bench bench
COPY scripts/healthcheck.mjs scripts/
RUN useradd --uid 1000 node && install -d -o node -g node -m 700 /var/lib/portfolio
USER node
VOLUME /var/lib/portfolio
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=60s CMD ["node", "scripts/healthcheck.mjs"]
ENTRYPOINT ["node"]
CMD ["services/local/dist/src/main.js"]

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORTFOLIO_HOME=/var/lib/portfolio
WORKDIR /app
COPY --from=build --chown=root:root /app ./
COPY data data
COPY scripts/healthcheck.mjs scripts/
RUN install -d -o node -g node -m 700 /var/lib/portfolio
USER node
VOLUME /var/lib/portfolio
EXPOSE 8080 50051 50052 50053 50054 9090
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=60s CMD ["node", "scripts/healthcheck.mjs"]
ENTRYPOINT ["node"]
CMD ["services/local/dist/src/main.js"]
