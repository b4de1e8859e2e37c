// The reference page at /docs: it shows the OpenAPI document and loads files of this machine only.

import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { type CallerParts, callerOf } from '../../access/caller.ts';
import type { Route } from '../route.ts';
import { openApiDocument } from './openapi.ts';

/** Beyond loopback the page needs a key, as the document does. */
export async function registerDocs(
  scope: FastifyInstance,
  parts: CallerParts,
  routes: readonly Route[],
): Promise<void> {
  scope.addHook('onRequest', async (request, reply) => void callerOf(parts, request, reply, 'local'));
  const document = openApiDocument(routes);
  await scope.register(swagger, { mode: 'static', specification: { document: document as never } });
  await scope.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    // The page loads nothing from other hosts, sends no form and is shown in no other page; plain HTTP is not upgraded.
    transformStaticCSP: (policy) =>
      policy
        .replaceAll(/ https:| validator\.swagger\.io| ?upgrade-insecure-requests;/g, '')
        .replace(/base-uri [^;]*/, "base-uri 'none'; form-action 'none'")
        .replace(/frame-ancestors [^;]*/, "frame-ancestors 'none'"),
    uiConfig: { validatorUrl: null },
  });
}
