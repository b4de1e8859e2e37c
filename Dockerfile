# Hesabu in a container: no root user, and only /data is written, so the root file system can be read-only.
FROM node:24.21.0-bookworm-slim AS install
WORKDIR /app
COPY package.json package-lock.json ./
# The package `node` brings its own Node for older systems; the image has the right one.
RUN npm ci --omit=dev --ignore-scripts && rm -rf node_modules/node

# The page for people: built with packages that the service itself does not need.
FROM node:24.21.0-bookworm-slim AS desk
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY bin bin
COPY tools tools
COPY src src
COPY desk desk
RUN node tools/desk.mjs && test -e desk/dist/page.json

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=install /app/node_modules node_modules
COPY package.json LICENSE asyncapi.json ./
COPY bin bin
COPY schemas schemas
COPY src src
COPY tools tools
COPY --from=desk /app/desk/dist desk/dist
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8070 9191
# A service answers on 8070, a worker on 9191; one of the two is enough.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["node", "-e", \
  "const at = (port) => fetch(`http://127.0.0.1:${port}/healthz`).then((answer) => answer.ok, () => false); Promise.all([at(8070), at(9191)]).then((all) => process.exit(all.includes(true) ? 0 : 1))"]
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "--disable-warning=TimeoutNegativeWarning", "src/cli/main.ts"]
CMD ["--help"]
