// An account of hesabu.yaml as a tree, of which tests change one place.

type Tree = Readonly<Record<string, unknown>>;

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The paths of the objects in an account, `''` for the account itself, without the places of its secrets. */
export function objectsIn(value: Tree, path = ''): string[] {
  if ('env' in value) return [];
  const inner = Object.entries(value).flatMap(([key, one]) =>
    isTree(one) ? objectsIn(one, path === '' ? key : `${path}.${key}`) : [],
  );
  return [path, ...inner];
}

export function secretPathsIn(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('env' in value) return [path];
  return Object.entries(value).flatMap(([key, one]) => secretPathsIn(one, path === '' ? key : `${path}.${key}`));
}

/** A copy with a key set in the object or list at a path. */
export function withKey(value: Tree, path: string, key: string, content: unknown): Tree {
  const copy = structuredClone(value) as Record<string, unknown>;
  const at = (path === '' ? [] : path.split('.')).reduce((tree, name) => tree[name] as Record<string, unknown>, copy);
  at[key] = content;
  return copy;
}
