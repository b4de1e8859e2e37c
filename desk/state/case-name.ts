// What the id of a case names: an id is the JSON of its parts in base64.

/** Undefined of a text that names no case. */
function partsOf(id: string): readonly unknown[] | undefined {
  try {
    const base64 = id.replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(base64), (char) => char.codePointAt(0)!);
    const parts: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return Array.isArray(parts) ? parts : undefined;
  } catch {
    return undefined;
  }
}

const textAt = (id: string, at: number) => {
  const part = partsOf(id)?.[at];
  return typeof part === 'string' ? part : undefined;
};

export const keyOfCase = (id: string) => textAt(id, 0);

export const reasonOfCase = (id: string) => textAt(id, 2);
