// What people know a payment or a return by, where another one of its key has the same name: the name, and at whom.

/** `source` is a provider, or one of its accounts. */
export function titleOf(name: string, source: string): string {
  return name === '' ? `(${source})` : `${name} (${source})`;
}

const TITLE = /^(?:(.*) )?\(([a-z0-9][a-z0-9-]*(?:\/[a-z0-9][a-z0-9-]*)?)\)$/s;

/** The name in a title, and at whom; undefined of a name that stands by itself. */
export function splitTitle(title: string): { readonly name: string; readonly source: string } | undefined {
  const [, name = '', source] = TITLE.exec(title) ?? [];
  return source === undefined ? undefined : { name, source };
}
