# One image for every part: the argument names the entry, all in one process unless given.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.base.json tsconfig.json ./
COPY gen/ts/package.json gen/ts/
COPY packages/quant/package.json packages/quant/
COPY packages/learning/package.json packages/learning/
COPY packages/platform/package.json packages/platform/
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
