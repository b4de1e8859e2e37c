// Which of the merchant's addresses a body came to. A service of Hesabu names it alone (`validation`); others give a
// path or a whole URL. The last step that is an address of ours counts: `/validation`, `https://…/c2b/validation/?v=2`.

import type { BodyFacts } from '../../producers/bodies/body-facts.ts';

/** Below the account's own URL: where questions before a payment, results and time-outs go. */
export const ENDPOINTS = ['validation', 'confirmation', 'result', 'refund', 'status', 'timeout'] as const;
type Endpoint = (typeof ENDPOINTS)[number];

/** How merchants write them beside: a question must never count as money. */
const SPELLINGS: ReadonlyMap<string, Endpoint> = new Map([
  ...ENDPOINTS.map((name) => [name, name] as const),
  ...(['validate', 'validationurl', 'c2bvalidation', 'c2bvalidate'] as const).map(
    (name) => [name, 'validation'] as const,
  ),
  ...(['confirm', 'confirmationurl', 'c2bconfirmation'] as const).map((name) => [name, 'confirmation'] as const),
  ...(['queuetimeout', 'timeouturl', 'queuetimeouturl'] as const).map((name) => [name, 'timeout'] as const),
]);

/** Null for another address, and where none is known. */
export function endpointOf({ body }: BodyFacts): Endpoint | null {
  const path = (body.about.endpoint ?? '').replace(/[?#].*$/s, '').replace(/^[a-z]+:\/\/[^/]*/i, '');
  const steps = path.toLowerCase().split('/').toReversed();
  for (const step of steps) {
    const found = SPELLINGS.get(step.replace(/[-_.]/g, ''));
    if (found !== undefined) return found;
  }
  return null;
}
