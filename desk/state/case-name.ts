// The key that the id of a case names: an id is the JSON of its parts in base64.

/** Undefined of a text that names no case. */
export function keyOfCase(id: string): string | undefined {
  try {
    const base64 = id.replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(base64), (char) => char.codePointAt(0)!);
    const [key] = JSON.parse(new TextDecoder().decode(bytes)) as readonly unknown[];
    return typeof key === 'string' ? key : undefined;
  } catch {
    return undefined;
  }
}
