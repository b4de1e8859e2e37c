// Which methods an address takes. Fastify answers another method like an address that it does not know; RFC 9110 asks
// for 405 with the methods that would do (15.5.6).

import type { FastifyInstance } from 'fastify';
import { HesabuError } from '../domain/errors.ts';

/** Its headers go with the answer. */
export class MethodNotAllowed extends HesabuError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(method: string, path: string, allowed: readonly string[]) {
    const allow = allowed.join(', ');
    super('HESABU_METHOD_NOT_ALLOWED', { where: `${method} ${path}`, expected: allow, found: method });
    this.headers = { allow };
  }
}

/** The addresses of an app, as they are registered from now on. */
export class Methods {
  /** By a pattern of paths. */
  private readonly methods = new Map<string, { readonly path: RegExp; readonly allowed: Set<string> }>();

  constructor(app: FastifyInstance) {
    app.addHook('onRoute', ({ url, method }) => {
      // What is served below a prefix, such as the files of a page, has no list of addresses.
      if (url.includes('*')) return;
      const known = this.methods.get(url) ?? { path: patternOf(url), allowed: new Set<string>() };
      for (const one of [method].flat()) known.allowed.add(one);
      this.methods.set(url, known);
    });
  }

  /** The fault of a request that no route takes; undefined if its address is unknown too. */
  faultOf(method: string, url: string): MethodNotAllowed | undefined {
    const [path = ''] = url.split('?', 1);
    // An address that a route names as it is, such as one beside those with an id, is no other route's.
    const known = this.methods.get(path) ?? [...this.methods.values()].find((one) => one.path.test(path));
    return known && new MethodNotAllowed(method, path.slice(0, 200), [...known.allowed].sort());
  }
}

/** One part of a path may be anything but empty; the text of all other parts is taken as it is. */
function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : RegExp.escape(part)));
  return new RegExp(`^${parts.join('/')}$`);
}
