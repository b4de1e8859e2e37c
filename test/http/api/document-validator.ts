// Checks a value with the schemas of an OpenAPI document, by Fastify's validator, which does not use zod.
import { createRequire } from 'node:module';
import { expect } from 'vitest';

type Json = Readonly<Record<string, unknown>>;

type Validate = (pointer: readonly string[], value: unknown) => unknown;

/** Of the document that was seen last: to compile its schemas takes longer than most tests. */
let last: { readonly text: string; readonly validate: Validate } | undefined;

export function documentValidator(text: string): Validate {
  if (last?.text !== text) last = { text, validate: validatorOf(JSON.parse(text) as Json) };
  return last.validate;
}

function validatorOf(document: Json): Validate {
  const require = createRequire(import.meta.url);
  const Ajv = require('ajv/dist/2020.js').default;
  const ajv = new Ajv({ strict: false, validateFormats: false });
  return (pointer, value) => {
    const name = pointer.join(' ');
    const found = pointer.reduce<Json | undefined>((inner, part) => inner?.[part] as Json | undefined, document);
    expect(found, name).toBeDefined();
    const validate = ajv.getSchema(name) ?? ajv.compile({ $id: name, components: document.components, ...found });
    return validate(value) ? null : validate.errors;
  };
}
