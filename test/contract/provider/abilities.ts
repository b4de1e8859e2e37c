// The abilities of a provider by name, and whether it lacks one.

import type { Capabilities } from '../../../src/producers/capabilities.ts';

/** In the order in which docs/providers.md shows them. */
export const ABILITIES = ['payments', 'refunds', 'operators', 'status', 'webhooks', 'settlement', 'gaps'] as const;

export type Ability = (typeof ABILITIES)[number];

/** Whether an ability is missing, or is less than others have. */
export function isLacking(capabilities: Capabilities, ability: Ability): boolean {
  return [undefined, false, 'none', 'whole', 'by-webhook', 'unsigned'].includes(capabilities[ability]);
}
