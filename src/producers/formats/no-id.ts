// What stands where an id would, and is none: networks fill the place with N/A, a dash, zeros, or a word of their code.

const NO_ID = /^(?:#?n\/?a|null|none|nil|undefined|false|true|[-0]+)$/i;

export function isNoId(text: string): boolean {
  return NO_ID.test(text);
}
